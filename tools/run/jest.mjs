import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { run } from './command.mjs';

/**
 * @param {{ node: string, root: string, env: NodeJS.ProcessEnv, args: string[], report: string }} call
 * @returns {Promise<{ passed: number, failed: number, skipped: string[] }>}
 */
export async function runJest({ node, root, env, args, report }) {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const reporting = ['--passWithNoTests', '--json', `--outputFile=${report}`];
  const { code } = await run(node, [...flags, ...args, ...reporting], { cwd: root, env, show: true });
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: [] };
  const counted = countTests(JSON.parse(readFileSync(report, 'utf8')));
  // Jest may fail for a reason that belongs to no test: it must not pass unseen.
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

/**
 * A file that cannot even be loaded holds no test that could fail: it counts as one failure itself.
 *
 * @param {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number, testResults: { name: string, assertionResults: { status: string, fullName: string }[] }[] }} report
 */
export function countTests(report) {
  const skipped = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => `${basename(name)}: ${fullName}`),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped,
  };
}
