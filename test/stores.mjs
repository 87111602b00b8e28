// `npm run test:stores [-- --kurrentdb <connection string>]`: what every event store owes its callers, asked of each of them.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { kurrentdb: { type: 'string' } } });
const root = fileURLToPath(new URL('../', import.meta.url));
const specs = [
  'libs/event-store/memory.spec.ts',
  'libs/event-store/sqlite/sqlite.spec.ts',
  'libs/event-store/kurrent/contract.spec.ts',
];
const jest = spawn(
  'npm',
  ['run', '--silent', 'jest', '--', '--runInBand', '--verbose', '--testNamePattern', 'as an event store', ...specs],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(values.kurrentdb ? { FOLLOWTHROUGH_TEST_KURRENTDB: values.kurrentdb } : {}) },
  },
);
jest.on('exit', (code) => (process.exitCode = code ?? 1));
