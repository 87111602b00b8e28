import { beforeEach, describe, expect, it } from '@jest/globals';
import { by, openClinic, PATIENT } from './testing/clinic.js';

let clinic: Awaited<ReturnType<typeof openClinic>>;

beforeEach(async () => {
  clinic = await openClinic();
});

const erasure = (given = {}) =>
  by({ type: 'ErasePatientData', reasonCode: 'patient-right', approvedBy: 'admin-1' } as const, given);

describe('a patient’s record', () => {
  it('belongs to one organisation', async () => {
    expect(await clinic.patients.isPatient('clinic', PATIENT)).toBe(true);
    expect(await clinic.patients.isPatient('elsewhere', PATIENT)).toBe(false);
    const outcome = await clinic.patients.handle(
      PATIENT,
      by({ type: 'RetractDeath' } as const, { organisation: 'elsewhere' }),
    );
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'not-found' } });
  });

  it('is erased by naming its key in the log and then destroying it', async () => {
    const { kid } = clinic.keys.keyFor(`patient:${PATIENT}`);
    expect((await clinic.patients.erase(PATIENT, erasure())).kind).toBe('appended');
    expect((await clinic.store.readStream(`patient-${PATIENT}`)).at(-1)?.body.facts).toMatchObject({ keyId: kid });
    expect([...clinic.destroyed]).toEqual([`patient:${PATIENT}`]);
  });

  it('is not erased by another organisation, nor when it is unknown', async () => {
    expect((await clinic.patients.erase(PATIENT, erasure({ organisation: 'elsewhere' }))).kind).toBe('refused');
    expect((await clinic.patients.erase('018f2f6e-0000-7000-8000-00000000dead', erasure())).kind).toBe('refused');
    expect(clinic.destroyed.size).toBe(0);
  });
});
