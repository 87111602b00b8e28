import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { startStandIn, type StandIn } from '../../../test/standins/kurrentdb/server.js';
import { describeEventStore } from '../contract.js';
import { openKurrentStore } from './open.js';

/** A real node, when one is named (`npm run test:stores -- --kurrentdb <connection string>`). */
const node = process.env['FOLLOWTHROUGH_TEST_KURRENTDB'];

let standIn: StandIn | undefined;
beforeAll(async () => {
  if (node === undefined) standIn = await startStandIn();
});
afterAll(() => standIn?.stop());

describeEventStore(`KurrentDB (${node === undefined ? 'its stand-in' : 'a real node'})`, {
  // A namespace of its own is as good as an empty node, also on one that is in use.
  open: () =>
    openKurrentStore({
      connectionString: node ?? standIn?.connectionString ?? '',
      namespace: `contract-${randomUUID()}-`,
    }),
  uniqueIds: false,
});
