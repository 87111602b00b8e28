import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';
import { CENSUS_SCHEDULE_ID, CENSUS_WORKFLOW, TASK_QUEUE } from './contract.js';

/** The nightly census at 02:00 UTC, created once per namespace. */
export async function ensureCensusSchedule(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: CENSUS_SCHEDULE_ID,
      spec: { calendars: [{ hour: 2, minute: 0, comment: 'nightly census' }] },
      action: {
        type: 'startWorkflow',
        workflowType: CENSUS_WORKFLOW,
        workflowId: 'census',
        taskQueue: TASK_QUEUE,
        args: [{}],
      },
      policies: { overlap: 'SKIP', catchupWindow: '1 day' },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
