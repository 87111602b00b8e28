import { expect } from '@jest/globals';
import type { OrganisationCommand } from '#care';
import type { Journey } from '../journey.js';

/** What only the record of the organisation can be told, for want of an endpoint: another site, another pathway. */
export async function organise(journey: Journey, command: OrganisationCommand): Promise<void> {
  const outcome = await journey.house.runtime.organisations.handle('clinic', {
    commandId: crypto.randomUUID(),
    command,
    actor: 'user:admin-1',
    actorRole: 'administrator',
    organisation: 'clinic',
  });
  expect(outcome.kind).toBe('appended');
}

const DAY = { opens: '08:00', closes: '17:00' };

export const weekdaysIn = (zone: string) => ({
  zone,
  hours: { '1': DAY, '2': DAY, '3': DAY, '4': DAY, '5': DAY },
  holidays: [],
});
