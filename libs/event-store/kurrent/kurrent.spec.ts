import { startStandIn } from '../../../test/standins/kurrentdb/server.js';
import { describeEventStore } from '../contract.js';
import { openKurrentStore } from './open.js';

describeEventStore('the KurrentDB store, before its stand-in', {
  async open() {
    const server = await startStandIn();
    const store = await openKurrentStore({ connectionString: server.connectionString });
    return {
      ...store,
      async close() {
        await store.close();
        await server.stop();
      },
    };
  },
  strict: true,
});
