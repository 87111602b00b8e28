import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeterminismViolationError } from '@temporalio/workflow';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { bundleWorkflows } from '#orchestration';

const HERE = import.meta.dirname;
const CACHE = join(HERE, '..', '.cache');
const HISTORIES = join(HERE, 'histories');
const histories = readdirSync(HISTORIES)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    name: file.replace('.json', ''),
    history: JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as object,
  }));

const quiet = new DefaultLogger('ERROR');
const scratch: string[] = [];
let bundle: WorkflowBundle;

/** This test's bundle, or the one that ships when CI names it. */
const shipped = process.env['WORKFLOW_BUNDLE'];

beforeAll(async () => {
  const telemetryOptions = { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } };
  Runtime.install({ logger: quiet, shutdownSignals: [], telemetryOptions });
  bundle = shipped ? { code: readFileSync(shipped, 'utf8') } : await bundleWorkflows(join(HERE, 'index.ts'));
}, 60_000);

afterAll(async () => {
  scratch.forEach((folder) => rmSync(folder, { recursive: true }));
  await Runtime.instance().shutdown();
});

async function failures(workflowBundle: WorkflowBundle): Promise<Map<string, unknown>> {
  const replayed = histories.map(({ name, history }) => ({ workflowId: name, history }));
  const failed = new Map<string, unknown>();
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, replayed)) {
    if (error) failed.set(workflowId, error);
  }
  return failed;
}

/** The workflows with one text replaced, bundled from a folder of their own inside the package. */
async function changed(from: string, to: string): Promise<WorkflowBundle> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'mutant-'));
  scratch.push(folder);
  for (const file of ['index.ts', 'episode.ts', 'census.ts']) {
    const source = readFileSync(join(HERE, file), 'utf8');
    if (file === 'episode.ts') expect(source).toContain(from);
    writeFileSync(join(folder, file), file === 'episode.ts' ? source.replace(from, to) : source);
  }
  return bundleWorkflows(join(folder, 'index.ts'));
}

describe('golden histories', () => {
  it('cover every command path', () => {
    expect(histories.map(({ name }) => name).sort()).toEqual(
      [
        'census',
        'continue-as-new-after',
        'continue-as-new-before',
        'due',
        'poke-and-close',
        'poke-during-look',
        'stuck',
        'unpublished-weekly',
        'update',
      ].sort(),
    );
  });

  it('replay on this build', async () => {
    expect(await failures(bundle)).toEqual(new Map());
  }, 60_000);

  it('hold nothing but ids, kinds, revisions and times', () => {
    const payloads = histories.flatMap(({ history }) => payloadsOf(history));
    const words = new Set(payloads.flatMap((payload) => keysOf(payload)));
    expect([...words].sort()).toEqual(
      [
        'after',
        'again',
        'closed',
        'episodeId',
        'failed',
        'hint',
        'kind',
        'limit',
        'looked',
        'minRevision',
        'next',
        'phase',
        'poked',
        'publish',
        'revision',
        'running',
        'waitMs',
      ].sort(),
    );
  });

  it('are broken by a workflow that asks for its commands in another order', async () => {
    const other = await changed('publish(plan, seen ===', 'await wf.sleep(1); publish(plan, seen ===');
    const failed = await failures(other);
    expect([...failed.keys()]).toContain('due');
    expect([...failed.values()].every((error) => error instanceof DeterminismViolationError)).toBe(true);
  }, 60_000);
});

/** Every decoded JSON payload in a history. */
function payloadsOf(node: unknown): unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  const { metadata, data } = node as { metadata?: { encoding?: string }; data?: string };
  if (metadata?.encoding && typeof data === 'string')
    return [JSON.parse(Buffer.from(data, 'base64').toString() || 'null')];
  return Object.values(node).flatMap(payloadsOf);
}

function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : Object.keys(value);
  return [...own, ...Object.values(value).flatMap(keysOf)];
}
