import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_PATHWAY, SHIPPED_PATHWAYS, type Pathway, type SiteCalendar } from '#care';
import { episodeIdOf, episodeStream } from './episodes.js';
import { contentHash } from './pins.js';
import { previewPathway, type PathwayPreview } from './preview.js';
import { by, openClinic, openDoors, PATIENT, referral } from './testing/clinic.js';

let clinic: Awaited<ReturnType<typeof openClinic>>;
const episode = episodeIdOf('clinic', PATIENT, 1);

beforeEach(async () => {
  clinic = await openClinic();
  await clinic.episodes.refer(by(referral));
});

const valued = (values: Readonly<Record<string, number>>, from: Pathway = DEFAULT_PATHWAY): Pathway => ({
  ...from,
  parameters: {
    ...from.parameters,
    ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { ...from.parameters[key]!, value }])),
  },
});
const floor = SHIPPED_PATHWAYS.get('monthly-floor')!;
const adopt = (pathway: Pathway) =>
  clinic.organisations.handle('clinic', by({ type: 'AdoptPathway', pathway } as const, { actorRole: 'administrator' }));
const repin = (doors = clinic) =>
  doors.episodes.handle(episode, by({ type: 'Repin' } as const, { actor: 'system:reactor', actorRole: 'system' }));
const act = async (command: Parameters<typeof clinic.episodes.handle>[1]['command']) =>
  expect((await clinic.episodes.handle(episode, by(command))).kind).toBe('appended');
const pins = async () =>
  (await clinic.store.readStream(episodeStream(episode)))
    .filter(({ type }) => type === 'EpisodePinned')
    .map(({ body }) => body.facts);
const enrolled = async (): Promise<void> => {
  await act({ type: 'EnrolPatient' });
  await act({ type: 'RecordSafetyReview', tool: 'c-ssrs', outcome: 'assessed', level: 'high' });
};

describe('a repin', () => {
  it('names the adopted pathway of each class, and a process that knows only the log puts them together again', async () => {
    const tighter = valued({ 'risk.high': 5 }, floor);
    await adopt(tighter);
    await repin();
    await adopt(valued({ 'risk.high': 5, 'contact.acute': 21 }, floor));
    await repin();
    await act({ type: 'EnrolPatient' });
    const [first, safe, acute, ...more] = await pins();
    const [base, second, third] = [DEFAULT_PATHWAY, tighter, valued({ 'risk.high': 5, 'contact.acute': 21 }, floor)];
    expect(first).not.toHaveProperty('safety');
    expect(safe).toMatchObject({ pathway: contentHash(base), safety: contentHash(second) });
    // The second adoption says the same about safety: it moved nobody until the phase began.
    expect(acute).toMatchObject({
      pathway: contentHash(base),
      clinical: contentHash(third),
      safety: contentHash(second),
    });
    expect(more).toEqual([]);
    const answer = await openDoors(clinic).policies.policyByPin('clinic', acute as never);
    expect(acute).toEqual({ ...('policy' in answer && answer.policy.pin), zone: 'America/New_York' });
    expect(answer).toMatchObject({
      policy: {
        pathway: {
          id: 'default',
          parameters: {
            'risk.high': { value: 5 },
            'contact.acute': { value: 21 },
            'referral.first-outreach': { value: base.parameters['referral.first-outreach']!.value },
          },
        },
      },
    });
    expect((await openDoors(clinic).episodes.settle(episode, 'system:watchdog')).derivation).toBe('done');
  });

  it('of a pathway that is not on record is refused', async () => {
    const pin = { ...(await pins())[0]!, pin: 'unheard of', safety: 'f'.repeat(64) };
    expect(await clinic.policies.policyByPin('clinic', pin as never)).toMatchObject({
      refusal: { code: 'unknown-pin' },
    });
  });

  it('of one that says the same about safety and hours records nothing', async () => {
    await adopt(floor);
    expect((await repin()).kind).toBe('unchanged');
  });
});

describe('adopting', () => {
  it('is refused where it loosens safety, and nothing is recorded', async () => {
    const { revision } = await clinic.organisations.load('clinic');
    const outcome = await adopt(valued({ 'risk.ahead': 1 }));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'safety-loosened' } });
    expect((await clinic.organisations.load('clinic')).revision).toBe(revision);
  });
});

describe('a preview', () => {
  const preview = (pathway: Pathway) => previewPathway(clinic, 'clinic', pathway, [episode]) as Promise<PathwayPreview>;
  /** How many follow-ups of a kind the stream opened since a revision. */
  const openedSince = async (revision: number, kind: string) =>
    (await clinic.store.readStream(episodeStream(episode), { from: revision + 1 })).filter(
      ({ type, body }) => type === 'FollowUpOpened' && body.facts['kind'] === kind,
    ).length;

  it('says what the repin then does, and records nothing itself', async () => {
    await enrolled();
    const proposed = valued({ 'risk.high': 5, 'contact.acute': 7 });
    const head = await clinic.store.head();
    const foretold = await preview(proposed);
    expect(await clinic.store.head()).toEqual(head);
    expect(foretold.atOnce).toEqual({ 'risk-reassessment': { opens: 0, moves: 1, ends: 0 } });
    expect(foretold.atNextPhase).toMatchObject({ contact: { moves: 1 } });
    const { revision } = await clinic.episodes.load(episode);
    await adopt(proposed);
    await repin();
    expect([await openedSince(revision, 'risk-reassessment'), await openedSince(revision, 'contact')]).toEqual([1, 0]);
    expect((await preview(proposed)).atOnce).toEqual({});
  });

  it('counts hours that have not reached an episode yet', async () => {
    const { value } = (await clinic.organisations.load('clinic')).state.sites.get('main')!.calendars.at(-1)!;
    const calendar: SiteCalendar = { ...value, closures: ['2026-03-03'] };
    await clinic.organisations.handle('clinic', by({ type: 'SetSiteHours', site: 'main', calendar } as const));
    expect((await preview(DEFAULT_PATHWAY)).atOnce).toEqual({ 'first-outreach': { opens: 0, moves: 1, ends: 0 } });
  });

  it('passes over episodes that have ended', async () => {
    await act({ type: 'CloseReferral', reason: 'patient-declined', channel: 'record' });
    expect(await preview(valued({ 'risk.high': 5 }))).toMatchObject({ episodes: 0, atOnce: {} });
  });
});
