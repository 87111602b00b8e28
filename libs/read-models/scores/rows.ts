import { bandOf, instrument, localDate, triageOf, UNREADABLE, type RecordedEpisodeEventOf, type Scale } from '#care';
import type { EpisodeNow } from '../episodes/episode-now.js';
import { flag } from '../rows.js';
import type { Row } from '../writing.js';

export type ScoreRow = Row<'scores'>;
/** What the results of an episode are told from. */
export type ScoredEpisode = Pick<EpisodeNow, 'episodeId' | 'organisation' | 'story' | 'recorded'>;

/** The severity band of an official total; null for a partial form and for an instrument that is not known here. */
function bandFor(code: string, total: number | null): string | null {
  const known = instrument(code);
  return known && total !== null ? (bandOf(known, total) ?? null) : null;
}

function triageFor(code: string, items: Scale['items']): string | null {
  const known = instrument(code);
  return known && items ? triageOf(known, items) : null;
}

function standing(scale: Scale, { episodeId, organisation, story }: ScoredEpisode): ScoreRow {
  const isPrimary = story.primary.some((one) => one.revision === scale.revision);
  const baseline = story.baseline?.total ?? null;
  return {
    episode_id: episodeId,
    organisation,
    revision: scale.revision,
    corrected_by: scale.correctedBy ?? null,
    voided_by: null,
    instrument: scale.instrument,
    on_date: scale.on,
    occurred_at: scale.occurredAt,
    recorded_at: scale.recordedAt,
    completeness: scale.completeness,
    entered_by: scale.enteredBy,
    items: scale.items && JSON.stringify(scale.items),
    total: scale.total,
    prorated: scale.prorated,
    band: bandFor(scale.instrument, scale.total),
    triage: triageFor(scale.instrument, scale.items),
    is_primary: flag(isPrimary),
    is_baseline: flag(scale.revision === story.baseline?.revision),
    change: isPrimary && scale.total !== null && baseline !== null ? scale.total - baseline : null,
    unreadable: flag(scale.unreadable),
  };
}

/** It counts for nothing any more; it is shown so that nobody wonders where it went. */
function voidedRow(
  act: RecordedEpisodeEventOf<'AssessmentRecorded'>,
  voidedBy: number,
  { episodeId, organisation, story }: ScoredEpisode,
): ScoreRow {
  const sealed = act.sealed === UNREADABLE ? null : act.sealed;
  return {
    episode_id: episodeId,
    organisation,
    revision: act.revision,
    corrected_by: null,
    voided_by: voidedBy,
    instrument: act.facts.instrument,
    on_date: localDate(act.occurredAt, story.zone),
    occurred_at: act.occurredAt,
    recorded_at: act.recordedAt,
    completeness: act.facts.completeness,
    entered_by: act.facts.enteredBy,
    items: sealed?.items ? JSON.stringify(sealed.items) : null,
    total: sealed?.total ?? null,
    prorated: sealed?.prorated ?? null,
    band: bandFor(act.facts.instrument, sealed?.total ?? null),
    triage: triageFor(act.facts.instrument, sealed?.items ?? null),
    is_primary: 0,
    is_baseline: 0,
    change: null,
    unreadable: flag(act.sealed === UNREADABLE),
  };
}

export function scoreRows(episode: ScoredEpisode): ScoreRow[] {
  const { story, recorded } = episode;
  const voided = recorded.flatMap((act) => {
    const voidedBy = story.voided.get(act.revision);
    return act.type === 'AssessmentRecorded' && voidedBy !== undefined ? [voidedRow(act, voidedBy, episode)] : [];
  });
  return [...story.scales.map((scale) => standing(scale, episode)), ...voided];
}
