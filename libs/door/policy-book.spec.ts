import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY, pinOf, RULES_VERSION, type Policy } from '#care';
import { contentHash } from './pins.js';
import type { PolicyAnswer } from './policy-book.js';
import { by, openClinic, openDoors } from './testing/clinic.js';

let clinic: Awaited<ReturnType<typeof openClinic>>;

beforeEach(async () => {
  clinic = await openClinic();
});

const policyOf = (answer: PolicyAnswer): Policy => {
  if ('refusal' in answer) throw new Error(answer.refusal.code);
  return answer.policy;
};
const inForce = async () => policyOf(await clinic.policies.policyFor('clinic', 'main'));
const closeOn = async (day: string) => {
  const calendar = { ...(await inForce()).calendar, closures: [day] };
  await clinic.organisations.handle('clinic', by({ type: 'SetSiteHours', site: 'main', calendar } as const));
};
const adopt = async (version: number) =>
  clinic.organisations.handle(
    'clinic',
    by({ type: 'AdoptPathway', pathway: { ...DEFAULT_PATHWAY, version } } as const),
  );

describe('the policy book', () => {
  it('knows what a site follows today', async () => {
    expect(await inForce()).toMatchObject({
      pathway: { id: 'default', version: 1 },
      calendar: { zone: 'America/New_York' },
      pin: { rulesVersion: RULES_VERSION },
    });
  });

  it('takes in new hours and pathways as they come, and still finds every combination that was pinned before', async () => {
    const pins = [(await inForce()).pin];
    await closeOn('2026-03-05');
    pins.push((await inForce()).pin);
    await adopt(2);
    pins.push((await inForce()).pin);
    await closeOn('2026-03-06');
    pins.push((await inForce()).pin);
    expect(new Set(pins.map(({ pin }) => pin)).size).toBe(4);
    const stranger = openDoors(clinic);
    for (const pin of pins) expect(policyOf(await stranger.policies.policyByPin('clinic', pin)).pin).toEqual(pin);
    // The new pathway with the first hours was in force nowhere, but an episode may have been repinned so.
    expect(
      policyOf(
        await stranger.policies.policyByPin('clinic', pinOf({ ...pins[2]!, calendar: pins[0]!.calendar }, contentHash)),
      ).pathway.version,
    ).toBe(2);
  });

  it('hands out one object for one pin', async () => {
    expect(await inForce()).toBe(await inForce());
  });

  it('gives the same pin for the same content, wherever it was set', async () => {
    const { value: calendar } = (await clinic.organisations.load('clinic')).state.sites.get('main')!.calendars.at(-1)!;
    await clinic.organisations.handle(
      'clinic',
      by({ type: 'OpenSite', site: 'twin', name: 'Twin', calendar } as const),
    );
    expect(policyOf(await clinic.policies.policyFor('clinic', 'twin')).pin).toEqual((await inForce()).pin);
  });

  it('refuses rules that are newer than this build', async () => {
    const { pathway, calendar } = (await inForce()).pin;
    const answer = await clinic.policies.policyByPin(
      'clinic',
      pinOf({ pathway, calendar, rulesVersion: RULES_VERSION + 1 }, contentHash),
    );
    expect(answer).toMatchObject({ refusal: { code: 'newer-rules' } });
  });

  it('refuses what it does not know', async () => {
    expect(
      await clinic.policies.policyByPin(
        'clinic',
        pinOf({ pathway: '?', calendar: '?', rulesVersion: RULES_VERSION }, contentHash),
      ),
    ).toMatchObject({
      refusal: { code: 'unknown-pin' },
    });
    expect(await clinic.policies.policyFor('clinic', 'moon')).toMatchObject({ refusal: { code: 'unknown-site' } });
    expect(await clinic.policies.policyFor('elsewhere', 'main')).toMatchObject({
      refusal: { code: 'unknown-organisation' },
    });
  });
});
