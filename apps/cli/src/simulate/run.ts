import { Worker } from 'node:worker_threads';
import { livePanel, type PanelPlan } from './panel.js';
import { together, type PanelTally } from './tally.js';

/** What a thread answers: a panel that was lived, by its number. */
export interface Lived {
  readonly panel: number;
  readonly tally: PanelTally;
}

/**
 * Lives all panels, on so many threads, and adds them up in their order: the result does not depend on the threads.
 * @param threads 1: in this thread
 */
export async function livePanels(
  plans: readonly PanelPlan[],
  threads: number,
  progress: (done: number, all: number) => void,
): Promise<PanelTally> {
  const tallies = new Map<number, PanelTally>();
  const done = ({ panel, tally }: Lived): void => {
    tallies.set(panel, tally);
    progress(tallies.size, plans.length);
  };
  if (threads === 1) for (const plan of plans) done({ panel: plan.panel, tally: livePanel(plan) });
  else await Promise.all(shares(plans, threads).map((share) => inThread(share, done)));
  return together(plans.map(({ panel }) => tallies.get(panel)!));
}

const shares = (plans: readonly PanelPlan[], threads: number): readonly (readonly PanelPlan[])[] =>
  Array.from({ length: Math.min(threads, plans.length) }, (_, thread) =>
    plans.filter((_plan, i) => i % threads === thread),
  );

function inThread(plans: readonly PanelPlan[], done: (lived: Lived) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./panel-thread.js', import.meta.url), { workerData: plans });
    worker.on('message', done);
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a simulating thread ended with ${code}`))));
  });
}
