import { describe, expect, it } from '@jest/globals';
import { EPISODE_COMMANDS, ROLES, type Role } from '#care';
import { allows, isOwn, isPublic, operationFor, seesOnlyOwnPatients } from './authorisation.js';
import { MATRIX, PUBLIC, type Endpoint } from './matrix.js';
import { matrixTable } from './matrix-table.js';

const rows: readonly Endpoint[] = MATRIX;
const idOf = ({ method, path }: Endpoint) => `${method} ${path}`;
const operationsOf = (role: Role) =>
  rows.filter(({ operation }) => allows(role, operation)).map(({ operation }) => operation);

/** The endpoints of the slice, written down once more on purpose: a row that goes missing fails here. */
const ACTS = `acceptance closure care-manager provider outreach-attempts contact-preferences consents consent-withdrawals declines enrolment
  visits contacts assessments assessment-refusals safety-concerns safety-reviews acute-care appointments appointments/{n}/outcome
  barriers barriers/{n}/resolution resources resources/{n}/outcome plan consult-requests recommendations recommendations/{n}/answer
  recommendations/{n}/withdrawal case-reviews result-reviews notes notes/{revision}/signature notes/{revision}/dispatch recommendations/{n}/opening times flags flags/{flag}/clearance tasks tasks/{n}/outcome
  holds holds/current/review holds/current/end transfer transfer/acknowledgement relapse-prevention relapse-plan
  relapse-confirmation discharge corrections voids provider-notifications follow-ups/{followUpId}/snooze
  follow-ups/{followUpId}/acknowledgement follow-ups/{followUpId}/hand-over`;
const POSTS = `patients patients/lookup referrals imports patients/{id}/corrections patients/{id}/death patients/{id}/death/retraction
  patients/{id}/merges patients/{id}/merges/{duplicate}/undo patients/{id}/erasure-requests
  patients/{id}/erasure-requests/{revision}/approval patients/{id}/erasure-requests/{revision}/withdrawal patients/{id}/labels
  organisation/sites/{site}/hours organisation/staff organisation/staff/{staff}/departure organisation/coverage
  organisation/review-sessions organisation/pathway organisation/pathway/preview operations/poke`;
const GETS = `episodes/{id} episodes/{id}/timeline episodes/{id}/follow-ups
  episodes/{id}/follow-ups/{followUpId} episodes/{id}/scores caseload worklist consults referrals
  inbox day/morning day/outreach day/huddle day/documentation day/evening notices alert-load patients/{id} pathway instruments instruments/{code} organisation organisation/pathway staff events events/stream events/schemas events/schemas/{type}
  episodes/{id}/notes/to-send`;
const words = (list: string) => list.split(/\s+/);
const WANTED = [
  ...words(ACTS).map((path) => `POST /v1/episodes/{id}/${path}`),
  ...words(POSTS).map((path) => `POST /v1/${path}`),
  ...words(GETS).map((path) => `GET /v1/${path}`),
];

describe('the matrix', () => {
  it('has every endpoint of the slice, once, and no other', () => {
    expect(rows.map(idOf).toSorted()).toEqual(WANTED.toSorted());
    expect(new Set(rows.map(idOf)).size).toBe(rows.length);
  });

  it('names every operation once, in a form that OpenAPI clients can use', () => {
    expect(new Set(rows.map(({ operation }) => operation)).size).toBe(rows.length);
    for (const { operation } of rows) expect(operation).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it('names every act on an episode after its command', () => {
    const commands = new Set(Object.keys(EPISODE_COMMANDS));
    const acts = rows.filter(({ method, path }) => method === 'POST' && path.startsWith('/v1/episodes/'));
    const namedOtherwise = acts.filter(
      ({ operation }) => !commands.has(`${operation[0]?.toUpperCase()}${operation.slice(1)}`),
    );
    expect(namedOtherwise).toEqual([]);
  });

  it('gives every operation to somebody, each role once, and every role something', () => {
    for (const { roles } of rows) expect([...new Set(roles)]).toEqual(roles);
    for (const { roles } of rows) expect(roles).not.toHaveLength(0);
    for (const role of ROLES) expect(operationsOf(role)).not.toHaveLength(0);
  });
});

describe('the decision', () => {
  it('equals the matrix for every role and operation', () => {
    for (const { operation, roles } of rows)
      for (const role of ROLES)
        expect([operation, role, allows(role, operation)]).toEqual([operation, role, roles.includes(role)]);
  });

  it.each(['', 'unknown', 'constructor', '__proto__', 'toString', 'ACCEPTREFERRAL'])(
    'denies everybody %j',
    (operation) => {
      for (const role of ROLES) expect(allows(role, operation)).toBe(false);
    },
  );

  it('denies a role that does not exist', () => {
    for (const { operation } of rows) expect(allows('root' as Role, operation)).toBe(false);
  });
});

describe('the roles', () => {
  it('let a supervisor do all that a care manager may', () => {
    expect(operationsOf('supervisor')).toEqual(expect.arrayContaining(operationsOf('care-manager')));
  });

  it('let an auditor read everything and change nothing', () => {
    const reads = rows.filter(({ method }) => method === 'GET').map(({ operation }) => operation);
    expect(operationsOf('auditor')).toEqual(reads);
  });

  it('keep clinical data from an administrator', () => {
    expect(operationsOf('administrator').toSorted()).toEqual(
      [
        'addStaff',
        'adoptPathway',
        'approveErasure',
        'arrangeCoverage',
        'importActs',
        'poke',
        'readAlertLoad',
        'readInstrument',
        'previewPathway',
        'readAdoption',
        'readInstruments',
        'readNotices',
        'readOrganisation',
        'readPathway',
        'readStaff',
        'removeStaff',
        'requestErasure',
        'setSiteHours',
        'withdrawErasureRequest',
      ].toSorted(),
    );
  });

  it('let an integration report and listen, not decide', () => {
    expect(operationsOf('integration').toSorted()).toEqual(
      [
        'correctPatientDetails',
        'findPatients',
        'markNoteSent',
        'readEventSchema',
        'readEventTypes',
        'readEvents',
        'readInstrument',
        'readInstruments',
        'readNotesToSend',
        'readOrganisation',
        'readPathway',
        'readPatient',
        'readReferrals',
        'recordAssessment',
        'referPatient',
        'registerPatient',
        'reportAcuteCare',
        'streamEvents',
      ].toSorted(),
    );
  });

  it('leave a recommendation to the consultant, and its answer to those who act on it', () => {
    expect(ROLES.filter((role) => allows(role, 'issueRecommendation'))).toEqual(['psychiatric-consultant']);
    expect(allows('psychiatric-consultant', 'answerRecommendation')).toBe(false);
    expect(allows('provider', 'answerRecommendation')).toBe(true);
  });

  it('show a provider their own patients only', () => {
    expect(ROLES.filter(seesOnlyOwnPatients)).toEqual(['provider']);
    const episode = { provider: 'pcp-1', referredBy: 'pcp-2' };
    const sees = (subject: string, role: Role = 'provider') => isOwn({ role, subject }, episode);
    expect(['pcp-1', 'pcp-2', 'pcp-3'].map((subject) => sees(subject))).toEqual([true, true, false]);
    expect(isOwn({ role: 'provider', subject: 'pcp-3', standsInFor: ['pcp-1'] }, episode)).toBe(true);
    expect(ROLES.filter((role) => !sees('somebody', role))).toEqual(['provider']);
  });
});

describe('the operation of a request', () => {
  const filled = (path: string) => path.replaceAll(/\{\w+\}/g, '0199f3a0-0000-7000-8000-000000000001');
  const asNest = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1');

  it('is found by its path, its template and its route pattern, and is never ambiguous', () => {
    for (const { method, path, operation } of rows)
      for (const form of [path, filled(path), asNest(path), `${filled(path)}?limit=1`])
        expect(operationFor(method, form)).toBe(operation);
  });

  it('is none for anything else', () => {
    expect(operationFor('DELETE', '/v1/episodes/1')).toBeNull();
    expect(operationFor('PUT', '/v1/episodes/1/holds/current')).toBeNull();
    expect(operationFor('POST', '/v1/caseload')).toBeNull();
    for (const path of [
      '',
      '/',
      '/v1',
      '/v1/episodes',
      '/v1/episodes/',
      '/v1/episodes//notes',
      '/v1/episodes/1/notes/',
      '/V1/caseload',
      'x',
    ])
      expect(operationFor('GET', path)).toBeNull();
  });

  it('treats HEAD as GET', () => {
    expect(operationFor('HEAD', '/v1/caseload')).toBe('readCaseload');
    expect(operationFor('get', '/v1/caseload')).toBe('readCaseload');
  });
});

describe('what answers without an identity', () => {
  it('is a short list that shares nothing with the matrix', () => {
    expect(PUBLIC.map(({ path }) => path)).toEqual([
      '/',
      '/docs',
      '/openapi.json',
      '/health/live',
      '/health/ready',
      '/metrics',
      '/problems/{slug}',
    ]);
    for (const { method, path } of PUBLIC)
      expect([isPublic(method, path), operationFor(method, path)]).toEqual([true, null]);
    for (const { method, path } of rows) expect(isPublic(method, path)).toBe(false);
  });

  it('is only for reading', () => {
    expect(isPublic('HEAD', '/health/live')).toBe(true);
    expect(isPublic('GET', '/docs?x=1')).toBe(true);
    expect(isPublic('GET', '/problems/stale')).toBe(true);
    expect(isPublic('GET', '/problems/')).toBe(false);
    expect(isPublic('GET', '/problems/stale/more')).toBe(false);
    expect(isPublic('POST', '/health/live')).toBe(false);
    expect(isPublic('GET', '/health/live/../../v1/caseload')).toBe(false);
  });
});

describe('the published table', () => {
  const lines = matrixTable().split('\n');

  it('has a row for every endpoint and a column for every role', () => {
    expect(lines.filter((row) => row.startsWith('| `'))).toHaveLength(rows.length);
    expect(lines[0]).toBe(`| Endpoint | Operation | ${ROLES.join(' | ')} |`);
  });

  it('shows what is allowed, and what only for one’s own patients', () => {
    expect(lines).toContain(
      '| `POST /v1/episodes/{id}/recommendations/{n}/answer` | `answerRecommendation` | ● | ● |  | ◐ |  |  |  |',
    );
    expect(lines).toContain('| `POST /v1/referrals` | `referPatient` | ● | ● |  | ● |  |  | ● |');
    expect(lines).toContain('| `GET /v1/referrals` | `readReferrals` | ● | ● |  | ◐ |  | ● | ● |');
    expect(lines).toContain('| `GET /v1/pathway` | `readPathway` | ● | ● | ● | ● | ● | ● | ● |');
  });
});
