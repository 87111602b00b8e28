// Who may import whom: one rule for each line of the table in docs/architecture.md.
// Patterns of paths are matched against files relative to the root; packages are found below node_modules/.

const packages = (/** @type {string[]} */ ...names) => `^node_modules/(${names.join('|')})/`;
const lib = (/** @type {string[]} */ ...names) => `^libs/(${names.join('|')})/`;

const zod = packages('zod');
const nest = packages('@nestjs', 'rxjs', 'reflect-metadata');
const temporal = packages('@temporalio');
const http = packages('@nestjs/platform-fastify', 'fastify', '@fastify');
const httpCore = '^(node:)?(http|https|http2)$';
const sql = packages('kysely', 'pg', 'libsql', 'better-sqlite3');
const sqlite = '^(node:)?sqlite$';
const nodeCore = '^(node:)?[a-z_/]+$';

/** Specs and what only they use run outside of what they test. */
const tested = '((\\.spec|suite)\\.ts$)|^libs/event-store/contract\\.ts$|^workflows/(histories|simulation)/';
const testTools = packages('@jest', 'fast-check', '@nestjs/testing');

/** A line of the table: what lies outside `may`, or inside `never`, breaks the rule. */
const line = (
  /** @type {string} */ name,
  /** @type {string} */ from,
  /** @type {{ may?: string[], never?: string[] }} */ { may, never },
  /** @type {string} */ why,
) => [
  ...(may
    ? [{ name, comment: why, severity: 'error', from: { path: from, pathNot: tested }, to: { pathNot: may } }]
    : []),
  ...(never
    ? [{ name, comment: why, severity: 'error', from: { path: from, pathNot: tested }, to: { path: never } }]
    : []),
];

module.exports = {
  forbidden: [
    ...line(
      'care-is-pure',
      '^libs/care/',
      { may: [lib('care'), zod] },
      'The rules of care can be read, tested and replayed without anything around them.',
    ),
    ...line(
      'workflows-are-sandboxed',
      '^workflows/',
      {
        may: [
          '^workflows/',
          packages('@temporalio/workflow', '@temporalio/common'),
          '^libs/orchestration/contract\\.ts$',
        ],
      },
      'Temporal replays this code for years: anything else would break the bundle or the replay.',
    ),
    ...line(
      'event-store-knows-no-domain',
      '^libs/event-store/',
      { may: [lib('event-store'), zod, packages('@kurrent', '@grpc', 'canonicalize', 'uuid'), nodeCore] },
      'A store keeps events of any domain, with any framework around it.',
    ),
    ...line(
      'door-is-one-way-in',
      '^libs/door/',
      {
        may: [lib('door', 'care', 'event-store'), zod, packages('canonicalize', 'uuid'), nodeCore],
        never: [sqlite, httpCore],
      },
      'load, decide, append: no framework, no SQL, no engine.',
    ),
    ...line(
      'access-is-not-the-framework',
      '^libs/access/',
      { may: [lib('access', 'care'), zod, packages('jose', 'uuid'), nodeCore], never: [httpCore] },
      'Identity, roles and keys serve every way in.',
    ),
    ...line(
      'read-models-know-no-framework',
      '^libs/read-models/',
      {
        may: [lib('read-models', 'care', 'event-store'), zod, packages('kysely', 'pg', '@types/pg'), nodeCore],
        never: [httpCore],
      },
      'A view is a fold and a query; who asks for it is not its business.',
    ),
    ...line(
      'notices-read-the-log-only',
      '^libs/notices/',
      {
        may: [lib('notices', 'care', 'event-store'), zod, packages('nodemailer', 'uuid'), nodeCore],
        never: [httpCore],
      },
      'Telling somebody that something waits must not depend on a projection, an engine or a framework.',
    ),
    ...line(
      'orchestration-reads-the-log-only',
      '^libs/orchestration/',
      {
        may: [lib('orchestration', 'door', 'event-store', 'care'), zod, temporal, nest, packages('uuid'), nodeCore],
        never: [http, httpCore, sql],
      },
      'What wakes a follow-up must not depend on a projection or on HTTP.',
    ),
    {
      name: 'orchestration-uses-nest-in-its-module-only',
      comment: 'The wakers can be run and tested without a container.',
      severity: 'error',
      from: { path: '^libs/orchestration/', pathNot: ['module\\.ts$', tested] },
      to: { path: nest },
    },
    {
      name: 'orchestration-contract-is-light',
      comment: 'It is bundled into the workflows.',
      severity: 'error',
      from: { path: '^libs/orchestration/contract\\.ts$' },
      to: { pathNot: packages('@temporalio/workflow', '@temporalio/common') },
    },
    ...line(
      'api-knows-no-engine',
      '^apps/api/',
      { never: ['^apps/(worker|cli)/', '^workflows/', temporal] },
      'A write must be accepted while Temporal is down.',
    ),
    ...line(
      'worker-knows-no-api',
      '^apps/worker/',
      { never: ['^apps/(api|cli)/', '^workflows/'] },
      'Workflow code is named to Temporal by its path: an import would run it outside the sandbox.',
    ),
    ...line(
      'cli-runs-no-workflow-code',
      '^apps/cli/',
      { never: ['^workflows/'] },
      'Workflow code runs in the sandbox of the worker only.',
    ),
    {
      name: 'cli-starts-modules',
      comment: 'The command line starts the modules of the others; it does not reach into them.',
      severity: 'error',
      from: { path: '^apps/cli/' },
      to: {
        path: '^apps/(api|worker)/',
        pathNot: ['^apps/api/src/app\\.ts$', '^apps/worker/src/(worker-module|background)\\.ts$'],
      },
    },
    {
      name: 'runtime-is-for-apps',
      comment: 'It opens the parts of a profile: a lib that imported it would depend on all others.',
      severity: 'error',
      from: { path: '^(libs|workflows)/', pathNot: '^libs/runtime/' },
      to: { path: '^libs/runtime/' },
    },
    ...line(
      'runtime-opens-libs-only',
      '^libs/runtime/',
      { never: ['^apps/', '^workflows/', http] },
      'It is the composition root of the libs, not of the apps.',
    ),
    {
      name: 'traces-in-one-place',
      comment: 'What a span may say is on one list; whoever made spans of their own would go past it.',
      severity: 'error',
      from: { pathNot: '^(libs/runtime/tracing/|node_modules/)' },
      to: { path: packages('@opentelemetry') },
    },
    {
      name: 'libs-know-no-apps',
      comment: 'Dependencies point inwards. Specs may use the stand-ins of test/.',
      severity: 'error',
      from: { path: '^(libs|workflows)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(apps|test|tools|examples)/' },
    },
    {
      name: 'no-cycles',
      comment: 'What depends on itself can neither be read nor changed in parts.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-import-of-dist',
      comment: 'Sources import sources; what is in dist may be old.',
      severity: 'error',
      from: {},
      to: { path: '^dist/' },
    },
    {
      name: 'through-the-index-from-outside',
      comment:
        "A lib's index.ts says what the others may rely on; #orchestration/contract is the one other entrance, and for journeys a test server.",
      severity: 'error',
      from: { pathNot: '^libs/' },
      to: {
        path: '^libs/',
        pathNot: [
          '^libs/[^/]+/index\\.ts$',
          '^libs/orchestration/contract\\.ts$',
          '^libs/read-models/testing/postgres\\.ts$',
        ],
      },
    },
    {
      name: 'through-the-index-between-libs',
      comment: "A lib's index.ts says what the others may rely on.",
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: {
        path: '^libs/',
        pathNot: ['^libs/$1/', '^libs/[^/]+/index\\.ts$', '^libs/orchestration/contract\\.ts$'],
      },
    },
    {
      name: 'test-tools-stay-in-tests',
      comment: 'What ships needs no test runner.',
      severity: 'error',
      from: { path: '^(apps|libs|workflows)/', pathNot: tested },
      to: { path: testTools },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere would escape every rule above.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
      extensions: ['.ts', '.mts', '.d.mts', '.mjs', '.js', '.json'],
    },
  },
};
