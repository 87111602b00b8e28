// `npm run prove:stryker`; STRYKER_FOLDERS=calendar names fewer folders of libs/care. Each mutant meets the specs of its own folders only.
const folders = (process.env['STRYKER_FOLDERS'] ?? 'calendar,instruments,follow-ups').split(',');

export default {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  mutate: [...folders.map((folder) => `libs/care/${folder}/**/*.ts`), '!**/*.spec.ts', '!**/specs.ts'],
  jest: {
    projectType: 'custom',
    configFile: 'jest.config.js',
    config: { testMatch: folders.map((folder) => `<rootDir>/libs/care/${folder}/**/*.spec.ts`) },
    enableFindRelatedTests: false,
  },
  ignorePatterns: ['/dist', '/data', '/examples', '/docs'],
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: '.cache/stryker.json' },
  tempDirName: '.cache/stryker',
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
};
