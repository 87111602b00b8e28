import { ConsentKind, consentSpans, isCountable, type Story } from '#care';
import type { EpisodeView } from './view-shape.js';

/** What the patient agreed to and what not, as an episode’s representation shows it. */

/** The latest consent of each kind, and until when it stood. */
export function consentViews(story: Story): EpisodeView['consents'] {
  return ConsentKind.options.flatMap((kind) => {
    const span = consentSpans(story, kind).at(-1);
    if (!span) return [];
    const { given, until, withdrawn } = span;
    return [
      {
        kind,
        method: given.facts.method,
        obtainedBy: given.facts.obtainedBy,
        givenBy: given.facts.givenBy ?? 'patient',
        on: given.on,
        until,
        withdrawnOn: withdrawn?.on ?? null,
      },
    ];
  });
}

/** Which minutes could count towards a claim, by the consent to billing alone. */
export function billingView(story: Story): EpisodeView['billing'] {
  const span = consentSpans(story, 'billing').at(-1);
  const times = story.paperwork.filter((act) => act.type === 'TimeLogged');
  const months = Map.groupBy(times, ({ facts }) => facts.on.slice(0, 7));
  const minutes = (of: typeof times): number => of.reduce((sum, { facts }) => sum + facts.seconds, 0) / 60;
  return {
    countableFrom: span?.from ?? null,
    countableUntil: span?.until ?? null,
    months: [...months]
      .map(([month, of]) => ({
        month,
        minutes: minutes(of),
        countableMinutes: minutes(of.filter((time) => isCountable(time, story))),
      }))
      .toSorted((a, b) => a.month.localeCompare(b.month)),
  };
}

/** What the patient said no to, in clinical order. */
export function declineViews({ acts }: Story): EpisodeView['declines'] {
  return acts.flatMap((act): EpisodeView['declines'] => {
    if (act.type === 'AssessmentDeclined')
      return [
        {
          revision: act.revision,
          on: act.on,
          scope: 'instrument',
          channel: null,
          instrument: act.facts.instrument,
          askAgainOn: null,
        },
      ];
    if (act.type !== 'PatientDeclined') return [];
    const { scope, channel = null, askAgainOn = null } = act.facts;
    return [{ revision: act.revision, on: act.on, scope, channel, instrument: null, askAgainOn }];
  });
}
