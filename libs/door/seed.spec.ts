import { describe, expect, it } from '@jest/globals';
import { memoryKeys, openMemoryStore } from '#event-store';
import { fixedClock } from './clock.js';
import { seedClinic } from './seed.js';
import { by, MONDAY, openDoors } from './testing/clinic.js';
import { faultyStore } from './testing/faulty-store.js';

const open = () => openDoors({ store: faultyStore(openMemoryStore()), keys: memoryKeys(), clock: fixedClock(MONDAY) });
const seed = ({ organisations, clock }: ReturnType<typeof open>) =>
  seedClinic({ organisations, clock, zone: 'America/Chicago' });

describe('the first start', () => {
  it('opens an organisation with a site, a pathway and one person per role', async () => {
    const doors = open();
    await seed(doors);
    const { state } = await doors.organisations.load('clinic');
    expect(new Set([...state.staff.values()].map(({ role }) => role))).toEqual(
      new Set(['care-manager', 'supervisor', 'psychiatric-consultant', 'provider', 'administrator', 'auditor']),
    );
    const calendar = state.sites.get('main')?.calendars.at(-1)?.value;
    expect(calendar).toMatchObject({ zone: 'America/Chicago', hours: { '1': { opens: '08:00', closes: '17:00' } } });
    expect(calendar?.hours['6']).toBeUndefined();
    expect(calendar?.holidays.map(({ on }) => on.slice(0, 4))).toEqual(expect.arrayContaining(['2024', '2029']));
  });

  it('again changes nothing, also what somebody changed since', async () => {
    const doors = open();
    await seed(doors);
    await doors.organisations.handle('clinic', by({ type: 'RemoveStaff', staff: 'cm-2' } as const));
    const { revision } = await doors.organisations.load('clinic');
    await seed(doors);
    expect((await doors.organisations.load('clinic')).revision).toBe(revision);
  });

  it('that was cut short is carried on', async () => {
    const doors = open();
    const store = doors.store as ReturnType<typeof faultyStore>;
    store.next(...Array.from({ length: 4 }, () => async () => undefined));
    store.always('unavailable');
    await expect(seed(doors)).rejects.toMatchObject({ name: 'DoorUnavailable' });
    store.always(null);
    await seed(doors);
    expect((await doors.organisations.load('clinic')).state.staff.size).toBe(7);
  });
});
