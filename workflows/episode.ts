import * as wf from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import {
  CHANGED_SIGNAL,
  EPISODE_PHASE_ATTRIBUTE,
  NEXT_DUE_AT_ATTRIBUTE,
  NEXT_FOLLOW_UP_ATTRIBUTE,
  RECONCILE_UPDATE,
  STATUS_QUERY,
  type EpisodeActivities,
  type EpisodeArgs,
  type Plan,
  type Poke,
} from '#orchestration/contract';

export const changed = wf.defineSignal<[Poke]>(CHANGED_SIGNAL);
export const status = wf.defineQuery<Plan & { hint: number }>(STATUS_QUERY);
export const reconcile = wf.defineUpdate<Plan, [{ minRevision: number }]>(RECONCILE_UPDATE);

const PHASE = defineSearchAttributeKey(EPISODE_PHASE_ATTRIBUTE, 'KEYWORD');
const NEXT_KIND = defineSearchAttributeKey(NEXT_FOLLOW_UP_ATTRIBUTE, 'KEYWORD');
const NEXT_AT = defineSearchAttributeKey(NEXT_DUE_AT_ATTRIBUTE, 'DATETIME');

// No maximumAttempts and no scheduleToClose: an outage of the event store may delay a follow-up, never drop it.
const OPTIONS = {
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
} as const;
const activities = wf.proxyActivities<EpisodeActivities>(OPTIONS);

const WEEK = 7 * 24 * 3_600_000;
const HOUR = 3_600_000;
/** Names a change of the commands: what an older build has recorded replays as it was. */
const SHOWN = 'compare-with-what-is-shown';

/**
 * One patient episode, asleep until something is owed. It knows no rule of care and compares no clocks: every wake, whether by
 * timer, signal or update, is the same look through `settle`, and the answer says how long to sleep.
 */
export async function episodeWorkflow(args: EpisodeArgs): Promise<void> {
  let hint = args.hint ?? -1;
  let stale = true; // level trigger: "the plan may be out of date"
  let plan: Plan = { revision: -1, phase: 'unknown', closed: false, publish: false };
  let shown = plan; // what was published last: a look that was overtaken publishes nothing
  let begun = 0; // looks begun and looks finished: an update waits for a look that began after it arrived
  let finished = 0;
  let stuck = 0; // looks in a row that were due at once and changed nothing

  wf.setHandler(changed, ({ revision, again }) => {
    if (revision <= plan.revision && !again) return; // a repeated or late signal: the plan is newer
    hint = Math.max(hint, revision);
    stale = true;
  });
  wf.setHandler(status, () => ({ ...plan, hint }));
  wf.setHandler(
    reconcile,
    async ({ minRevision }) => {
      const atArrival = begun;
      hint = Math.max(hint, minRevision);
      stale = true;
      await wf.condition(() => finished > atArrival);
      return plan;
    },
    { validator: refuseUnsafeRevision },
  );

  for (;;) {
    stale = false; // before the await: a signal that arrives meanwhile sets it again
    begun += 1;
    const seen = plan;
    plan = await activities.settle.executeWithOptions({ ...OPTIONS, summary: labelOf(seen, 'first look') }, [
      { episodeId: args.episodeId, minRevision: hint },
    ]);
    finished = begun;
    if (stale) continue;
    hint = plan.revision; // a store restored to an older revision is accepted
    publish(plan, seen === shown || !wf.patched(SHOWN) ? seen : shown);
    shown = plan;

    if (plan.closed || wantsNewRun()) {
      await wf.condition(() => stale || wf.allHandlersFinished()); // 'stale ||': an update waits for us, never the reverse
      if (stale) continue;
      if (plan.closed) return;
      const next = wf.makeContinueAsNewFunc<typeof episodeWorkflow>({ initialVersioningBehavior: 'AUTO_UPGRADE' });
      await next({ ...args, hint });
    }
    stuck = plan.next?.waitMs === 0 && plan.revision === seen.revision ? stuck + 1 : 0;
    const nap = napOf(plan, stuck);
    if (nap > 0) await wf.condition(() => stale, nap, { summary: nap < WEEK ? labelOf(plan, 'look') : 'weekly look' });
  }
}

function refuseUnsafeRevision({ minRevision }: { minRevision: number }): void {
  if (!Number.isSafeInteger(minRevision)) throw new TypeError('minRevision must be a whole number');
}

/** A long history, or a newer build of the worker: both are answered by a new run of the same workflow. */
function wantsNewRun(): boolean {
  const info = wf.workflowInfo();
  return info.continueAsNewSuggested || Boolean(info.targetWorkerDeploymentVersionChanged);
}

/**
 * Never longer than a week, so that a lost signal or a lost timer has a bound. A plan that is due at once and yet raises nothing
 * is a disagreement, and must not become a hot loop: it is looked at again after 2 s, 4 s … up to an hour.
 */
function napOf(plan: Plan, stuck: number): number {
  const backOff = stuck > 0 ? Math.min(1000 * 2 ** stuck, HOUR) : 0;
  return Math.min(WEEK, Math.max(plan.next?.waitMs ?? WEEK, backOff));
}

/** `acute: non-response-consult`, as the Temporal UI shows it beside a timer. */
function labelOf(plan: Plan, otherwise: string): string {
  return plan.next ? `${plan.phase}: ${plan.next.kind}` : otherwise;
}

/** Makes the episode readable in the Temporal UI. An upsert is a history event, so only when something changed. */
function publish(plan: Plan, before: Plan): void {
  if (plan.revision === before.revision && plan.publish === before.publish) return;
  wf.setCurrentDetails(`phase: ${plan.phase} · waiting for: ${plan.next?.kind ?? 'nothing'}`);
  if (!plan.publish) return;
  // oxlint-disable-next-line no-restricted-properties -- in the sandbox this is the time of the workflow task, and replays
  const now = Date.now();
  wf.upsertSearchAttributes([
    { key: PHASE, value: plan.phase },
    { key: NEXT_KIND, value: plan.next?.kind ?? null },
    { key: NEXT_AT, value: plan.next ? new Date(now + plan.next.waitMs) : null },
  ]);
}
