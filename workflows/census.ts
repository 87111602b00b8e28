import * as wf from '@temporalio/workflow';
import type { CensusActivities, CensusArgs, CensusTally } from '#orchestration/contract';

const activities = wf.proxyActivities<CensusActivities>({
  startToCloseTimeout: '5m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

const PAGE = 200;
const PAGES_PER_RUN = 100; // a census of any size stays a chain of short runs
const NOTHING_YET: CensusTally = { looked: 0, running: 0, poked: 0, failed: 0 };

/** Every night: does each open episode have a running workflow? What is missing is poked, page by page. */
export async function censusWorkflow(args: CensusArgs = {}): Promise<CensusTally> {
  const limit = args.pageSize ?? PAGE;
  let tally = args.tally ?? NOTHING_YET;
  let after = args.after;
  for (let page = 0; page < PAGES_PER_RUN && !wf.workflowInfo().continueAsNewSuggested; page += 1) {
    const { next, ...counted } = await activities.censusPage({ limit, ...(after === undefined ? {} : { after }) });
    tally = sum(tally, counted);
    wf.setCurrentDetails(
      `looked at ${tally.looked} · running ${tally.running} · poked ${tally.poked} · failed ${tally.failed}`,
    );
    if (next === undefined) return tally;
    after = next;
  }
  return wf.continueAsNew<typeof censusWorkflow>({ ...args, tally, ...(after === undefined ? {} : { after }) });
}

function sum(a: CensusTally, b: CensusTally): CensusTally {
  return {
    looked: a.looked + b.looked,
    running: a.running + b.running,
    poked: a.poked + b.poked,
    failed: a.failed + b.failed,
  };
}
