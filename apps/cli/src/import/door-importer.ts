import { calendarOf, tell, toUtc, type Actor, type Refusal } from '#care';
import {
  asImported,
  importedId,
  type ActResult,
  type Envelope,
  type Episodes,
  type Organisations,
  type Outcome,
  type Patients,
} from '#door';
import type { ActOutcome, EpisodeOutcome, Importer } from './importer.js';
import type { PlannedEpisode } from './planned.js';

export interface DoorImporterParts {
  readonly episodes: Pick<Episodes, 'refusalOf' | 'import'>;
  readonly patients: Pick<Patients, 'handle' | 'isPatient'>;
  readonly organisations: Pick<Organisations, 'load'>;
  readonly organisation: string;
  readonly actor: Actor;
  readonly actorRole: string;
  readonly close?: () => Promise<void>;
}

/** Imports through the doors of a store that this process has open. */
export function doorImporter(parts: DoorImporterParts): Importer {
  return {
    async zones() {
      const { state } = await parts.organisations.load(parts.organisation);
      return new Map(
        [...state.sites.keys()].flatMap((site) => {
          const calendar = calendarOf(state, site);
          return calendar ? [[site, calendar.zone] as const] : [];
        }),
      );
    },
    async importEpisodes(batch) {
      const outcomes: EpisodeOutcome[] = [];
      for (const episode of batch) outcomes.push(await importEpisode(parts, episode));
      return outcomes;
    },
    close: async () => parts.close?.(),
  };
}

async function importEpisode(
  parts: DoorImporterParts,
  { patient, referral, acts }: PlannedEpisode,
): Promise<EpisodeOutcome> {
  const { organisation, actor, actorRole } = parts;
  const envelope = <C>(commandId: string, command: C, occurredAt?: string): Envelope<C> => ({
    commandId,
    command,
    actor,
    actorRole,
    organisation,
    ...(occurredAt === undefined ? {} : { occurredAt }),
  });
  const patientId = importedId(organisation, 'patient', patient.key);
  const opening = envelope(
    importedId(organisation, 'act', referral.key),
    { type: 'ReferPatient' as const, patientId, ...referral.details },
    referral.occurredAt,
  );
  const keys = [referral.key, ...acts.map(({ key }) => key)];
  // A referral that is refused must leave nobody behind.
  const isKnown = await parts.patients.isPatient(organisation, patientId);
  const refusal = isKnown ? null : await parts.episodes.refusalOf(opening);
  if (refusal) return { episodeId: null, outcomes: [patient.key, ...keys].map((key) => refused(key, refusal)) };
  const registered = registration(
    patient.key,
    await parts.patients.handle(
      patientId,
      envelope(importedId(organisation, 'register', patient.key), { type: 'RegisterPatient', ...patient.details }),
    ),
  );
  if (registered.result === 'refused') return { episodeId: null, outcomes: [registered] };
  const done = acts.map(({ key, command, occurredAt }) =>
    envelope(importedId(organisation, 'act', key), asImported(organisation, command), toUtc(occurredAt)),
  );
  const { episodeId, outcome } = await parts.episodes.import(opening, done);
  return {
    episodeId: outcome.loaded.revision < 0 ? null : episodeId,
    outcomes: [registered, ...outcome.results.map((result, i) => actOutcome(keys[i] ?? '', result))],
    ended: tell(outcome.loaded.state)?.phase === 'ended',
  };
}

const refused = (key: string, { detail, errors = [] }: Refusal): ActOutcome => ({
  key,
  result: 'refused',
  reason: [detail, ...errors.map((error) => `${error.pointer}: ${error.detail}`)].join(' '),
});

function registration(key: string, outcome: Outcome<unknown>): ActOutcome {
  if (outcome.kind === 'refused') return refused(key, outcome.refusal);
  if (outcome.kind === 'stale') return { key, result: 'refused', reason: 'Somebody acted in between.' };
  return { key, result: outcome.kind === 'id-reused' ? 'changed' : outcome.kind };
}

function actOutcome(key: string, result: ActResult): ActOutcome {
  if (result.kind === 'refused') return refused(key, result.refusal);
  if (result.kind === 'stale') return { key, result: 'refused', reason: 'Somebody acted in between.' };
  return { key, result: result.kind };
}
