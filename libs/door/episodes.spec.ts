import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { tell, type EpisodeCommand } from '#care';
import { episodeIdOf, episodeStream } from './episodes.js';
import { by, openClinic, openDoors, PATIENT, referral } from './testing/clinic.js';

let clinic: Awaited<ReturnType<typeof openClinic>>;
const first = episodeIdOf('clinic', PATIENT, 1);
const second = episodeIdOf('clinic', PATIENT, 2);

beforeEach(async () => {
  clinic = await openClinic();
});

const typesOf = async (episodeId: string) =>
  (await clinic.store.readStream(episodeStream(episodeId))).map(({ type }) => type);
const close = (given = {}) =>
  by({ type: 'CloseReferral', reason: 'patient-declined', channel: 'record' } as const, given);

describe('a referral', () => {
  it('opens the first episode under the policy of its site, and owes an outreach at once', async () => {
    const { episodeId, ordinal, outcome } = await clinic.episodes.refer(by(referral));
    expect([episodeId, ordinal, outcome.kind]).toEqual([first, 1, 'appended']);
    expect(await typesOf(first)).toEqual(
      expect.arrayContaining(['PatientReferred', 'EpisodePinned', 'CareManagerAssigned', 'FollowUpOpened']),
    );
    const [referred, pinned] = await clinic.store.readStream(episodeStream(first));
    expect(referred?.body.facts).toMatchObject({ patientId: PATIENT, ordinal: 1, zone: 'America/New_York' });
    expect(new Set((await clinic.store.readStream(episodeStream(first))).map(({ pin }) => pin))).toEqual(
      new Set([pinned?.body.facts['pin']]),
    );
    expect(referred).toMatchObject({ site: 'main', organisation: 'clinic' });
  });

  it('that comes again is answered with the first episode', async () => {
    const again = by(referral);
    await clinic.episodes.refer(again);
    expect(await clinic.episodes.refer(again)).toMatchObject({ episodeId: first, outcome: { kind: 'repeated' } });
  });

  it('that comes again once the zone of its site was corrected is the same request still, and so is a repeat', async () => {
    const [opening, repeat] = [by(referral), by(referral)];
    for (const each of [opening, repeat]) await clinic.episodes.refer(each);
    const { value } = (await clinic.organisations.load('clinic')).state.sites.get('main')!.calendars.at(-1)!;
    const calendar = { ...value, zone: 'America/Chicago' };
    expect(
      (await clinic.organisations.handle('clinic', by({ type: 'SetSiteHours', site: 'main', calendar } as const))).kind,
    ).toBe('appended');
    for (const again of [opening, repeat])
      expect(await clinic.episodes.refer(again)).toMatchObject({ episodeId: first, outcome: { kind: 'repeated' } });
  });

  it('of a patient whose episode is open is kept there', async () => {
    await clinic.episodes.refer(by(referral));
    expect(await clinic.episodes.refer(by(referral))).toMatchObject({ episodeId: first, ordinal: 1 });
    expect((await typesOf(first)).filter((type) => type === 'ReferralRepeated')).toHaveLength(1);
  });

  it('after the end opens the next episode; a retry of the first one does not', async () => {
    const opening = by(referral);
    await clinic.episodes.refer(opening);
    await clinic.episodes.handle(first, close());
    expect(await clinic.episodes.refer(opening)).toMatchObject({ episodeId: first, outcome: { kind: 'repeated' } });
    expect(await clinic.episodes.refer(by(referral))).toMatchObject({
      episodeId: second,
      ordinal: 2,
      outcome: { kind: 'appended' },
    });
  });

  it('races others into one stream', async () => {
    const doors = [clinic, openDoors(clinic), openDoors(clinic)];
    const answers = await Promise.all(doors.map(({ episodes }) => episodes.refer(by(referral))));
    expect(answers.map(({ episodeId }) => episodeId)).toEqual([first, first, first]);
    const types = await typesOf(first);
    expect([
      types.filter((type) => type === 'PatientReferred').length,
      types.filter((type) => type === 'ReferralRepeated').length,
    ]).toEqual([1, 2]);
  });

  it('of somebody who is not registered here, or to an unknown site, is refused', async () => {
    expect(
      await clinic.episodes.refer(by({ ...referral, patientId: '018f2f6e-0000-7000-8000-000000000009' })),
    ).toMatchObject({ outcome: { kind: 'refused', refusal: { code: 'unknown-patient' } } });
    expect(await clinic.episodes.refer(by(referral, { organisation: 'elsewhere' }))).toMatchObject({
      outcome: { kind: 'refused', refusal: { code: 'unknown-patient' } },
    });
    expect(await clinic.episodes.refer(by({ ...referral, site: 'moon' }))).toMatchObject({
      outcome: { kind: 'refused', refusal: { code: 'unknown-site' } },
    });
  });
});

describe('a command', () => {
  it('to an episode that does not exist, or belongs to others, finds nothing', async () => {
    expect(await clinic.episodes.handle(first, close())).toMatchObject({
      kind: 'refused',
      refusal: { code: 'not-found' },
    });
    await clinic.episodes.refer(by(referral));
    expect(await clinic.episodes.handle(first, close({ organisation: 'elsewhere' }))).toMatchObject({
      kind: 'refused',
      refusal: { code: 'not-found' },
      loaded: { revision: -1 },
    });
  });

  it('is decided by the policy that was pinned, until a repin', async () => {
    await clinic.episodes.refer(by(referral));
    const pinned = (await clinic.store.readStream(episodeStream(first)))[0]?.pin;
    const site = (await clinic.organisations.load('clinic')).state.sites.get('main')!;
    const calendar = { ...site.calendars.at(-1)!.value, closures: ['2026-03-03'] };
    expect(
      (await clinic.organisations.handle('clinic', by({ type: 'SetSiteHours', site: 'main', calendar } as const))).kind,
    ).toBe('appended');
    await clinic.episodes.handle(first, by({ type: 'AddNote', text: 'still the old hours' } as const));
    expect((await clinic.store.readStream(episodeStream(first))).at(-1)?.pin).toBe(pinned);
    const repin = await clinic.episodes.handle(first, by({ type: 'Repin' } as const, { actor: 'system:reactor' }));
    expect(repin.kind).toBe('appended');
    expect((await clinic.store.readStream(episodeStream(first))).at(-1)?.pin).not.toBe(pinned);
  });

  it('finds the zone of the site that an episode is transferred to', async () => {
    const { value: calendar } = (await clinic.organisations.load('clinic')).state.sites.get('main')!.calendars.at(-1)!;
    await clinic.organisations.handle(
      'clinic',
      by({
        type: 'OpenSite',
        site: 'west',
        name: 'West',
        calendar: { ...calendar, zone: 'America/Los_Angeles' },
      } as const),
    );
    await clinic.episodes.refer(by(referral));
    const outcome = await clinic.episodes.handle(
      first,
      by({ type: 'TransferEpisode', to: 'cm-2', site: 'west' } as const),
    );
    expect(tell(outcome.loaded.state)).toMatchObject({ site: 'west', zone: 'America/Los_Angeles' });
    expect(
      await clinic.episodes.handle(first, by({ type: 'TransferEpisode', to: 'cm-1', site: 'moon' } as const)),
    ).toMatchObject({ kind: 'refused', refusal: { code: 'unknown-site' } });

    // Undone, the hours are those of the site before it again; and the other way round.
    const { revision } = outcome.loaded.state.acts.find(({ type }) => type === 'EpisodeTransferred')!;
    const undo = async (act: number) => {
      const undone = await clinic.episodes.handle(
        first,
        by({ type: 'VoidAct', revision: act, reasonCode: 'entered-in-error' } as const),
      );
      const { zone, pinned } = tell(undone.loaded.state)!;
      const policy = await clinic.policies.policyByPin('clinic', pinned!.facts);
      expect(policy).toMatchObject({ policy: { calendar: { zone } } });
      return { zone, undoing: undone.loaded.state.acts.find(({ type }) => type === 'ActVoided')!.revision };
    };
    const back = await undo(revision);
    expect(back.zone).toBe('America/New_York');
    expect((await undo(back.undoing)).zone).toBe('America/Los_Angeles');
  });
});

describe('an import', () => {
  const rows = () => [
    by<EpisodeCommand>(
      { type: 'RecordOutreachAttempt', purpose: 'referral', channel: 'phone', outcome: 'reached' },
      { commandId: 'row-2', occurredAt: '2026-02-03T15:00:00Z' },
    ),
    by<EpisodeCommand>({ type: 'EnrolPatient' }, { commandId: 'row-3', occurredAt: '2026-02-10T15:00:00Z' }),
    by<EpisodeCommand>(
      {
        type: 'RecordAssessment',
        instrument: 'PHQ-9',
        items: [2, 2, 2, 2, 2, 1, 1, 1, 0],
        language: 'en',
        mode: 'paper',
        enteredBy: 'staff',
        imported: true,
      },
      { commandId: 'row-4', occurredAt: '2026-02-10T15:10:00Z' },
    ),
  ];
  const opening = () => by(referral, { commandId: 'row-1', occurredAt: '2026-02-02T15:00:00Z' });

  it('is one append with the follow-ups derived at its end', async () => {
    const before = await clinic.store.head();
    const { episodeId, outcome } = await clinic.episodes.import(opening(), rows());
    expect(outcome.results.map(({ kind }) => kind)).toEqual(['appended', 'appended', 'appended', 'appended']);
    expect(episodeId).toBe(first);
    expect(
      new Set((await clinic.store.readAll({ after: before!.position })).map(({ recordedAt }) => recordedAt)).size,
    ).toBe(1);
    const types = await typesOf(first);
    expect(types.slice(types.findIndex((type) => type.startsWith('FollowUp')))).toEqual(
      expect.not.arrayContaining(['AssessmentRecorded']),
    );
    expect(types.filter((type) => type === 'FollowUpFulfilled')).toEqual([]);
  });

  it('again finds its episode and adds nothing', async () => {
    await clinic.episodes.import(opening(), rows());
    const { revision } = await clinic.episodes.load(first);
    const again = await clinic.episodes.import(opening(), rows());
    expect(again.outcome.results.map(({ kind }) => kind)).toEqual(['repeated', 'repeated', 'repeated', 'repeated']);
    expect((await clinic.episodes.load(first)).revision).toBe(revision);
  });

  it('of an episode that ended long ago leaves alone the one that is open', async () => {
    await clinic.episodes.refer(by(referral));
    const { revision } = await clinic.episodes.load(first);
    const begun = by(referral, { commandId: 'old-1', occurredAt: '2025-02-03T15:00:00Z' });
    const ended = close({ commandId: 'old-2', occurredAt: '2025-02-20T15:00:00Z' });
    const { outcome } = await clinic.episodes.import(begun, [ended]);
    expect(outcome.results).toMatchObject([
      { kind: 'refused', refusal: { code: 'out-of-order' } },
      { kind: 'refused', refusal: { code: 'out-of-order' } },
    ]);
    expect((await clinic.episodes.load(first)).revision).toBe(revision);
  });

  /** Happens once, after an import has looked where it belongs. */
  const meanwhile = (work: () => Promise<unknown>): void => {
    const { policies } = clinic;
    const policyFor = policies.policyFor.bind(policies);
    jest.spyOn(policies, 'policyFor').mockImplementationOnce(async (organisation, site) => {
      await work();
      return policyFor(organisation, site);
    });
  };

  it('opens the next episode when the one that was open ends meanwhile', async () => {
    await clinic.episodes.refer(by(referral));
    meanwhile(() => openDoors(clinic).episodes.handle(first, close()));
    expect((await clinic.episodes.import(opening(), rows())).episodeId).toBe(second);
    expect(await typesOf(first)).not.toContain('AssessmentRecorded');
  });

  it('of an episode that ended long ago leaves alone one that begins meanwhile', async () => {
    meanwhile(() => openDoors(clinic).episodes.refer(by(referral)));
    const begun = by(referral, { commandId: 'old-1', occurredAt: '2025-02-03T15:00:00Z' });
    const ended = close({ commandId: 'old-2', occurredAt: '2025-02-20T15:00:00Z' });
    const { outcome } = await clinic.episodes.import(begun, [ended]);
    expect(outcome.results).toMatchObject(Array(2).fill({ kind: 'refused', refusal: { code: 'out-of-order' } }));
    expect(tell((await clinic.episodes.load(first)).state)?.phase).toBe('referred');
  });
});
