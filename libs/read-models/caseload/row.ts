import {
  consentSpans,
  ConsentKind,
  expectedEndOf,
  standingFlags,
  UNREADABLE,
  waitsForOutcome,
  type FollowUpKind,
  type Notify,
  type Scale,
  type Story,
} from '#care';
import type { EpisodeNow, OpenFollowUp } from '../episodes/episode-now.js';
import { reasonOf } from '../follow-ups/row.js';
import { flag, list } from '../rows.js';
import type { Row } from '../writing.js';
import { asksForConsult, classOf, classRank, kindRank } from '../words/classes.js';
import { trendOf } from './trend.js';
import type { KeptHeadline, KeptRow } from './view.js';

const isRaised = (one: OpenFollowUp): boolean => one.first_raised_at !== null;

/** Raised before not yet raised, then by class, due date and kind: the first one is what the row says. */
const pressing = (a: OpenFollowUp, b: OpenFollowUp): number =>
  Number(isRaised(b)) - Number(isRaised(a)) ||
  (isRaised(a) ? classRank(classOf(a.kind)) - classRank(classOf(b.kind)) : 0) ||
  (a.due_on < b.due_on ? -1 : a.due_on > b.due_on ? 1 : kindRank(a.kind) - kindRank(b.kind));

/** Raised: `0`, its class, due date. Owed but not raised: `1`, due date. Nothing owed: `2`. */
function urgencyOf(headline: OpenFollowUp | undefined): string {
  if (!headline) return '2';
  return isRaised(headline) ? `0${classRank(classOf(headline.kind))}${headline.due_on}` : `1${headline.due_on}`;
}

const dueOf = (open: readonly OpenFollowUp[], isMeant: (kind: FollowUpKind) => boolean): string | null =>
  open
    .filter(({ kind }) => isMeant(kind))
    .map((one) => one.due_on)
    .toSorted()[0] ?? null;

/** Consents that nobody has withdrawn. One that runs out by a date is asked for anew by a task. */
const consentsOf = (story: Story): string[] =>
  ConsentKind.options.filter((kind) => {
    const last = consentSpans(story, kind).at(-1);
    return last !== undefined && last.withdrawn === undefined;
  });

const flagsOf = (story: Story): string[] => [...new Set(standingFlags(story).map(({ facts }) => facts.flag))];

/** As the patient last asked for; otherwise the patient's own record says. */
function languageOf({ acts }: Story): string | null {
  const preference = acts.findLast(
    (act) => act.type === 'ContactPreferencesSet' && act.sealed !== UNREADABLE && act.sealed.language !== undefined,
  );
  return preference?.type === 'ContactPreferencesSet' && preference.sealed !== UNREADABLE
    ? (preference.sealed.language ?? null)
    : null;
}

const scoreOf = (scale: Scale | undefined) =>
  scale && scale.total !== null ? { score: scale.total, on: scale.on } : null;

function scaleOf(story: Story): KeptRow['scale'] {
  if (story.primaryScale === undefined) return null;
  const [baseline, last, previous] = [scoreOf(story.baseline), scoreOf(story.last), scoreOf(story.primary.at(-2))];
  const change = baseline && last && story.primary.length > 1 ? last.score - baseline.score : null;
  return { instrument: story.primaryScale, baseline, last, previous, change, trend: trendOf(story) };
}

function appointmentOf(story: Story): KeptRow['nextAppointment'] {
  const waiting = story.appointments.filter((one) => waitsForOutcome(story, one));
  const next = waiting.toSorted((a, b) => (a.on < b.on ? -1 : 1))[0];
  return next ? { on: next.on, at: next.at ?? null } : null;
}

function holdOf({ hold }: Story): KeptRow['hold'] {
  if (!hold) return null;
  return {
    reason: hold.started.facts.reason,
    since: hold.started.on,
    expectedEnd: expectedEndOf(hold) ?? null,
  };
}

const headlineOf = (one: OpenFollowUp, { primaryScale }: Story): KeptHeadline => ({
  followUpId: one.follow_up_id,
  reason: reasonOf(one, primaryScale ?? null),
  since: one.first_raised_at,
  next: { at: one.next_at, notify: list<Notify>(one.next_notify) },
});

function keptRow(
  { episodeId, patientId, story, open, revision }: EpisodeNow,
  headline: OpenFollowUp | undefined,
): KeptRow {
  const consult = story.recommendations.findLast((one) => !one.gone);
  return {
    episodeId,
    patientId,
    patientName: null,
    labels: [],
    unreadable: story.acts.some((act) => act.sealed === UNREADABLE),
    site: story.site,
    careManager: story.careManager ?? null,
    provider: story.provider ?? null,
    phase: story.phase,
    phaseSince: story.phaseAct.on,
    referredOn: story.referral.on,
    enrolledOn: story.enrolled?.facts.enrolledOn ?? null,
    weekInEpisode: null,
    scale: scaleOf(story),
    lastContactOn: story.treatmentContacts.at(-1)?.on ?? null,
    daysSinceContact: null,
    nextContactDue: dueOf(open, (kind) => kind === 'contact'),
    nextScaleDue: dueOf(open, (kind) => kind === 'reassessment'),
    lastConsultOn: consult?.issued.on ?? null,
    nextConsultDue: dueOf(open, asksForConsult),
    nextAppointment: appointmentOf(story),
    safetyOpen: open.some(({ kind }) => kind === 'safety-review'),
    riskLevel: story.riskLevel ?? null,
    hold: holdOf(story),
    consents: consentsOf(story),
    flags: flagsOf(story),
    language: languageOf(story),
    openFollowUps: open.length,
    headline: headline ? headlineOf(headline, story) : null,
    behind: false,
    revision,
  };
}

/** The row of an episode as it stands; a pure function of its story and what is owed. */
export function caseloadRow(episode: EpisodeNow): Row<'caseload'> {
  const { story, open } = episode;
  const headline = open.toSorted(pressing)[0];
  const kept = keptRow(episode, headline);
  return {
    episode_id: episode.episodeId,
    organisation: episode.organisation,
    patient_id: episode.patientId,
    site: story.site,
    zone: story.zone,
    care_manager: kept.careManager,
    provider: kept.provider,
    phase: story.phase,
    flagged: flag(kept.flags.length > 0),
    listed: flag(story.phase !== 'ended' || open.length > 0),
    urgency: urgencyOf(headline),
    kept: JSON.stringify(kept),
  };
}
