import { Inject, Injectable } from '@nestjs/common';
import { tell, toUtc, type EpisodeCommand, type Refusal } from '#care';
import { asImported, importedId, type ActResult, type Envelope } from '#door';
import { EventStoreError } from '#event-store';
import { fieldErrors } from '../http/checked-input.js';
import { envelopeFor } from '../http/envelope.js';
import { isProblemSlug, type FieldError } from '../http/problems.js';
import { callerOf, type ApiRequest } from '../http/request.js';
import { EPISODES, PATIENTS, type EpisodesDoor, type PatientsDoor } from '../parts.js';
import {
  importable,
  type ImportedAct,
  type ImportedEpisode,
  type ImportResult,
  type RowResult,
} from './import-body.js';

type Checked =
  | { readonly key: string; readonly envelope: Envelope<EpisodeCommand> }
  | { readonly key: string; readonly bad: RowResult };
type EpisodeResult = ImportResult['episodes'][number];

/** Brings a caseload along: all acts of one episode in one append, every row told what became of it. */
@Injectable()
export class Importing {
  constructor(
    @Inject(EPISODES) private readonly episodes: EpisodesDoor,
    @Inject(PATIENTS) private readonly patients: PatientsDoor,
  ) {}

  async import(request: ApiRequest, episodes: readonly ImportedEpisode[]): Promise<ImportResult> {
    const told: EpisodeResult[] = [];
    for (const episode of episodes) told.push(await this.one(request, episode));
    const rows = told.flatMap(({ patient, results }) => [...(patient ? [patient] : []), ...results]);
    const count = (kind: RowResult['result']): number => rows.filter(({ result }) => result === kind).length;
    return {
      appended: count('appended'),
      repeated: count('repeated'),
      unchanged: count('unchanged'),
      changed: count('changed'),
      refused: count('refused'),
      episodes: told,
    };
  }

  private async one(request: ApiRequest, { patient, referral, acts }: ImportedEpisode): Promise<EpisodeResult> {
    const { organisation } = callerOf(request);
    const patientId = 'key' in patient ? importedId(organisation, 'patient', patient.key) : patient.patientId;
    const { key, occurredAt, ...details } = referral;
    const opening = envelopeFor(
      request,
      importedId(organisation, 'act', key),
      { type: 'ReferPatient' as const, patientId, ...details },
      toUtc(occurredAt),
    );
    const checked = acts.map((act) => checkedAct(request, act));
    const none = (patientRow: RowResult | null, refused: (row: string) => RowResult): EpisodeResult => ({
      episodeId: null,
      patientId,
      patient: patientRow,
      results: [refused(key), ...checked.map((one) => ('bad' in one ? one.bad : refused(one.key)))],
      ended: false,
    });
    if ('key' in patient) {
      const refusal = await this.refusalOf(opening);
      if (refusal) return none(refusedRow(patient.key, refusal), (each) => refusedRow(each, refusal));
    }
    const row = 'key' in patient ? await this.register(request, patientId, patient) : null;
    if (row?.result === 'refused') return none(row, (each) => ({ ...row, key: each }));
    const good = checked.flatMap((one) => ('envelope' in one ? [one] : []));
    const envelopes = good.map(({ envelope }) => envelope);
    const imported = await this.episodes.import(opening, envelopes).catch(nullIfTooLarge);
    if (!imported) return none(row, (each) => refusedRow(each, TOO_LARGE));
    const { episodeId, outcome } = imported;
    const [first, ...rest] = outcome.results.map((result, i) =>
      i === 0 ? rowResult(key, result) : rowResult(good[i - 1]?.key ?? '', withinAct(result)),
    );
    const byPlace = rest.values();
    const results = checked
      .map((one) => ('bad' in one ? one.bad : byPlace.next().value))
      .filter((result) => result !== undefined);
    return {
      episodeId: outcome.loaded.revision < 0 ? null : episodeId,
      patientId,
      patient: row,
      results: [...(first ? [first] : []), ...results],
      ended: tell(outcome.loaded.state)?.phase === 'ended',
    };
  }

  /** Of a referral whose patient it would register; one who is known already is nobody left behind. */
  private async refusalOf(opening: Parameters<EpisodesDoor['refusalOf']>[0]): Promise<Refusal | null> {
    const isKnown = await this.patients.isPatient(opening.organisation, opening.command.patientId);
    return isKnown ? null : this.episodes.refusalOf(opening);
  }

  private async register(
    request: ApiRequest,
    patientId: string,
    { key, details }: Extract<ImportedEpisode['patient'], { key: string }>,
  ): Promise<RowResult> {
    const outcome = await this.patients.handle(
      patientId,
      envelopeFor(request, importedId(callerOf(request).organisation, 'register', key), {
        type: 'RegisterPatient',
        ...details,
      }),
    );
    switch (outcome.kind) {
      case 'refused':
        return refusedRow(key, outcome.refusal);
      case 'id-reused':
        return { key, result: 'changed', revision: null, problem: null };
      case 'appended':
      case 'repeated':
        return { key, result: outcome.kind, revision: outcome.firstRevision, problem: null };
      default:
        return { key, result: 'unchanged', revision: null, problem: null };
    }
  }
}

const TOO_LARGE: Refusal = {
  code: 'too-large',
  detail: 'What is imported of an episode at a time is one append; this is too large for one. Import it in parts.',
};

/** @throws whatever else it is */
function nullIfTooLarge(error: unknown): null {
  if (error instanceof EventStoreError && error.code === 'too-large') return null;
  throw error;
}

function checkedAct(request: ApiRequest, { key, command: { type, ...fields }, occurredAt }: ImportedAct): Checked {
  const schema = importable(type);
  if (!schema)
    return { key, bad: malformed(key, [{ pointer: '/command/type', detail: 'not an act that can be imported' }]) };
  const parsed = schema.safeParse(fields);
  if (!parsed.success)
    return {
      key,
      bad: malformed(
        key,
        fieldErrors(parsed.error).map(({ pointer, detail }) => ({ pointer: `/command${pointer}`, detail })),
      ),
    };
  const { organisation } = callerOf(request);
  const command = asImported(organisation, { type, ...(parsed.data as object) } as EpisodeCommand);
  return { key, envelope: envelopeFor(request, importedId(organisation, 'act', key), command, toUtc(occurredAt)) };
}

const malformed = (key: string, errors: FieldError[]): RowResult => ({
  key,
  result: 'refused',
  revision: null,
  problem: { type: '/problems/malformed-body', detail: 'The act does not have the right shape.', errors },
});

function refusedRow(key: string, { code, detail, errors }: Refusal): RowResult {
  const slug = isProblemSlug(code) ? code : 'act-not-possible';
  return {
    key,
    result: 'refused',
    revision: null,
    problem: { type: `/problems/${slug}`, detail, ...(errors ? { errors: [...errors] } : {}) },
  };
}

/** What the domain says of a command, as pointers into the act that holds it. */
function withinAct(result: ActResult): ActResult {
  if (result.kind !== 'refused' || !result.refusal.errors) return result;
  const errors = result.refusal.errors.map(({ pointer, detail }) => ({
    pointer: pointer === '/occurredAt' ? pointer : `/command${pointer}`,
    detail,
  }));
  return { kind: 'refused', refusal: { ...result.refusal, errors } };
}

function rowResult(key: string, result: ActResult): RowResult {
  if (result.kind === 'refused') return refusedRow(key, result.refusal);
  if (result.kind === 'stale') return refusedRow(key, { code: 'stale', detail: 'Somebody acted in between.' });
  return { key, result: result.kind, revision: 'firstRevision' in result ? result.firstRevision : null, problem: null };
}
