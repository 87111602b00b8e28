import { parentPort, workerData } from 'node:worker_threads';
import { livePanel, type PanelPlan } from './panel.js';
import type { Lived } from './run.js';

for (const plan of workerData as readonly PanelPlan[])
  parentPort!.postMessage({ panel: plan.panel, tally: livePanel(plan) } satisfies Lived);
