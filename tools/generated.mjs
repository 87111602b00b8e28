// Fails when a committed generated file is not what the sources say; `followthrough generate` writes them anew.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../dist/apps/cli/src/main.js', import.meta.url));
if (!existsSync(program)) {
  console.error('dist/apps/cli/src/main.js is missing: nothing can say whether the generated files are fresh.');
  process.exit(1);
}
const flags = ['--disable-warning=ExperimentalWarning'];
const { status } = spawnSync(process.execPath, [...flags, program, 'generate', '--check'], { stdio: 'inherit' });
process.exit(status ?? 1);
