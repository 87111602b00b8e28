import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { KeyErasure } from '#access';
import { fixedClock } from '#door';
import type { EventStore } from '#event-store';
import { followErasures } from './erasures.js';
import { memoryRuntime } from './memory.js';

it('tells of an erasure once the log is back, and says that it was away', async () => {
  const { patients, store, close } = await memoryRuntime({ clock: fixedClock('2026-03-02T15:00:00.000Z') });
  const patient = randomUUID();
  const by = <const C>(staff: string, command: C) => ({
    ...{ commandId: randomUUID(), command, actor: `user:${staff}` as const },
    ...{ actorRole: 'supervisor', organisation: 'clinic' },
  });
  await patients.handle(patient, by('sup-1', { type: 'RegisterPatient', name: 'Ada' }));
  await patients.handle(patient, by('sup-1', { type: 'RequestErasure', reasonCode: 'patient-right' }));
  await patients.approveErasure(patient, by('admin-1', { type: 'ApproveErasure', request: 1 }));

  const warned: string[] = [];
  const stopping = new AbortController();
  let asked = 0;
  const away: EventStore = {
    ...store,
    subscribe: (options) => {
      if ((asked += 1) === 1) throw new Error('away');
      return store.subscribe(options);
    },
  };
  const told = await new Promise<KeyErasure>((resolve) => {
    const warn = (line: string): void => void warned.push(line);
    void followErasures({ store: away, after: null, told: resolve, warn, signal: stopping.signal });
  });
  stopping.abort();
  expect(told.subject).toBe(`patient:${patient}`);
  expect(warned).toHaveLength(1);
  await close();
});
