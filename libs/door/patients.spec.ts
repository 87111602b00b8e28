import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { memoryKeys, openMemoryStore } from '#event-store';
import { by, openClinic, PATIENT, referral } from './testing/clinic.js';

let clinic: Awaited<ReturnType<typeof openClinic>>;

beforeEach(async () => {
  clinic = await openClinic();
});

const asking = () => by({ type: 'RequestErasure', reasonCode: 'patient-right' } as const, { actor: 'user:admin-1' });
const approval = (request: number, given = {}) =>
  by({ type: 'ApproveErasure', request } as const, { actor: 'user:sup-1', ...given });
const asked = async (): Promise<number> => (await clinic.patients.handle(PATIENT, asking())).loaded.revision;

describe('a patient’s record', () => {
  it('belongs to one organisation', async () => {
    expect(await clinic.patients.isPatient('clinic', PATIENT)).toBe(true);
    expect(await clinic.patients.isPatient('elsewhere', PATIENT)).toBe(false);
    const outcome = await clinic.patients.handle(
      PATIENT,
      by({ type: 'RetractDeath' } as const, { organisation: 'elsewhere' }),
    );
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'unknown-patient' } });
  });

  it('is erased by naming its key in the log and then destroying it', async () => {
    const { kid } = clinic.keys.keyFor(`patient:${PATIENT}`);
    expect((await clinic.patients.approveErasure(PATIENT, approval(await asked()))).kind).toBe('appended');
    expect((await clinic.store.readStream(`patient-${PATIENT}`)).at(-1)?.body.facts).toMatchObject({ keyId: kid });
    expect([...clinic.destroyed]).toEqual([`patient:${PATIENT}`]);
  });

  it('is not erased by another organisation, nor when it is unknown', async () => {
    const request = await asked();
    const elsewhere = approval(request, { organisation: 'elsewhere' });
    expect((await clinic.patients.approveErasure(PATIENT, elsewhere)).kind).toBe('refused');
    const unknown = '018f2f6e-0000-7000-8000-00000000dead';
    expect((await clinic.patients.approveErasure(unknown, approval(request))).kind).toBe('refused');
    expect(clinic.destroyed.size).toBe(0);
  });

  it('is not erased by the person who asked, nor before care has ended', async () => {
    const request = await asked();
    expect(await clinic.patients.approveErasure(PATIENT, approval(request, { actor: 'user:admin-1' }))).toMatchObject({
      refusal: { code: 'second-person-needed' },
    });
    const { episodeId } = await clinic.episodes.refer(by(referral));
    expect(await clinic.patients.approveErasure(PATIENT, approval(request))).toMatchObject({
      refusal: { code: 'care-open' },
    });
    expect(clinic.destroyed.size).toBe(0);
    await clinic.episodes.handle(
      episodeId,
      by({ type: 'CloseReferral', reason: 'patient-declined', channel: 'record' } as const),
    );
    expect(await clinic.patients.approveErasure(PATIENT, approval(request))).toMatchObject({ kind: 'appended' });
    expect(clinic.destroyed.size).toBe(1);
  });

  it('is not erased while something is owed in an episode that has ended', async () => {
    const request = await asked();
    const { episodeId } = await clinic.episodes.refer(by(referral));
    const close = { type: 'CloseReferral', reason: 'patient-declined', channel: 'record' } as const;
    for (const act of [by(close), by({ type: 'RaiseSafetyConcern' } as const)])
      expect((await clinic.episodes.handle(episodeId, act)).kind).toBe('appended');
    expect(await clinic.patients.approveErasure(PATIENT, approval(request))).toMatchObject({
      refusal: { code: 'care-open' },
    });
    expect(clinic.destroyed.size).toBe(0);
  });

  it('is not erased between the look at what is owed and a referral: that waits, and finds no key', async () => {
    const [log, whole] = [openMemoryStore(), memoryKeys()];
    let referring: ReturnType<typeof clinic.episodes.refer> | undefined;
    clinic = await openClinic({
      store: {
        ...log,
        append: async (batch) => {
          if (batch.events[0].type === 'PatientDataErased') {
            referring = clinic.episodes.refer(by(referral));
            await Promise.race([referring, sleep(50)]);
          }
          return log.append(batch);
        },
      },
      keys: {
        ...whole,
        keyFor: (subject) => {
          if (clinic.destroyed.has(subject)) throw Object.assign(new Error('gone'), { name: 'KeyDestroyed' });
          return whole.keyFor(subject);
        },
      },
    });
    const approved = await clinic.patients.approveErasure(PATIENT, approval(await asked()));
    expect(approved.kind).toBe('appended');
    expect(await referring).toMatchObject({
      outcome: { kind: 'refused', refusal: { code: 'patient-erased' } },
    });
    expect(await clinic.episodes.isOwed('clinic', PATIENT)).toBe(false);
  });
});
