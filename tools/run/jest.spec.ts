import { expect, it } from '@jest/globals';
import { countTests } from './jest.mjs';

it('counts a file that cannot be loaded as a failure, and names what was skipped', () => {
  const report = {
    numPassedTests: 2,
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 1,
    testResults: [
      {
        name: '/checkout/test/journeys/outage.spec.ts',
        assertionResults: [
          { status: 'passed', fullName: 'starts' },
          { status: 'pending', fullName: 'wakes after an outage' },
        ],
      },
    ],
  };
  expect(countTests(report)).toEqual({ passed: 2, failed: 2, skipped: ['outage.spec.ts: wakes after an outage'] });
});
