import { delimiter, join } from 'node:path';
import { node26 } from './checkout.mjs';
import { run } from './command.mjs';

/** The rules of the house: each is one program that exits with 0 when it is kept. */
export const houseRules = [
  {
    name: 'types: everything compiles under the strict settings',
    command: ['typescript/bin/tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', '.cache/types.tsbuildinfo'],
  },
  {
    name: 'lint: no floating promise, no any, no clock or chance in the domain and the workflows',
    command: ['oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
  },
  { name: 'format: as prettier writes it', command: ['prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'] },
  {
    name: 'imports: the table of who may import whom',
    command: [
      'dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config=.dependency-cruiser.cjs',
      '--output-type=err-long',
      'apps',
      'libs',
      'workflows',
      'test',
      'tools',
    ],
  },
  { name: 'unused: no file, export or package that nothing needs', command: ['knip/bin/knip.js', '--no-progress'] },
  { name: 'generated: committed files are what the sources say', command: ['../tools/generated.mjs'] },
];

/**
 * @param {string} root
 * @param {(line: string) => void} print
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function keepHouse(root, print) {
  let failed = 0;
  // The tools start Nodes of their own, so Node 26 has to come first on the PATH too.
  const { PATH = '' } = process.env;
  const env = { ...process.env, PATH: [join(root, 'node_modules', '.bin'), PATH].join(delimiter) };
  for (const { name, command } of houseRules) {
    const [program = '', ...args] = command;
    const started = Date.now();
    const { code, output } = await run(node26(root), [join('node_modules', program), ...args], { cwd: root, env });
    if (code !== 0) failed++;
    print(`${code === 0 ? 'kept  ' : 'BROKEN'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    if (code !== 0) print(output.trimEnd());
  }
  return { passed: houseRules.length - failed, failed };
}
