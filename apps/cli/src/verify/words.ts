import type { Verdict } from './judge.js';
import type { Now } from './now.js';
import type { Problem } from './problem.js';

/** How many problems a reader is shown; --json gives fifty. */
const SHOWN = 12;

/** The verdict for a reader. `wrong` counts every problem, also those the verdict does not list. */
export function verdictWords(verdict: Verdict, wrong: number, now: Now): string {
  return [
    ...found(verdict),
    '',
    ...latenessWords(verdict, now),
    '',
    ...(wrong === 0 ? [] : [...verdict.problems.slice(0, SHOWN).map(problemWords), ...more(wrong), '']),
    conclusion(verdict, wrong, now),
  ].join('\n');
}

function found(verdict: Verdict): string[] {
  const { events, streams, chain, raises, openFollowUps, byWaker } = verdict;
  const wakers = Object.entries(byWaker).map(([waker, n]) => `${number(n)} by ${waker}`);
  return [
    row('events', `${number(events)} in ${number(streams)} streams`),
    row('hash chains', chain),
    row('open follow-ups', number(openFollowUps)),
    row('raises', wakers.length === 0 ? '0' : `${number(raises)}: ${wakers.join(', ')}`),
    row('early', number(verdict.early)),
    row('doubled', number(verdict.doubled)),
    row('silent', number(verdict.silent)),
    row('open episodes owed nothing', number(verdict.openEpisodesWithoutFollowUp)),
  ];
}

function latenessWords({ lateness }: Verdict, { clock }: Now): string[] {
  const { steps, medianMs, p95Ms, maxMs, within60s, endedUnraised } = lateness;
  const ended =
    endedUnraised === 0
      ? []
      : [row('  ended before being raised', `${number(endedUnraised)}, overdue by more than the grace`)];
  if (steps === 0 || within60s === null)
    return [row('lateness', endedUnraised === 0 ? 'no step has come due yet' : 'nothing was raised'), ...ended];
  const share = `${(Math.floor(within60s * 1_000) / 10).toFixed(1)} % within 60 s`;
  return [
    row(
      'lateness of steps',
      `${number(steps)} steps, ${share}${clock === 'demo' ? ' (on the clock of the demo)' : ''}`,
    ),
    row('  median · p95 · longest', [medianMs, p95Ms, maxMs].map((ms) => duration(ms ?? 0)).join(' · ')),
    ...ended,
  ];
}

const problemWords = ({ kind, streamId, revision, followUpId, step, detail }: Problem): string =>
  `✗ ${kind}: ${streamId} revision ${revision}${followUpId === undefined ? '' : `, ${followUpId}`}${step === undefined ? '' : ` step ${step}`}: ${detail}`;

const more = (wrong: number): string[] => (wrong > SHOWN ? [`  and ${number(wrong - SHOWN)} more`] : []);

function conclusion({ raises, lateness: { endedUnraised } }: Verdict, wrong: number, { at, graceMs }: Now): string {
  const when = `as of ${at.toISOString()}, with ${duration(graceMs)} of grace`;
  if (wrong > 0)
    return `WRONG: ${wrong === 1 ? 'one thing is' : `${number(wrong)} things are`} not as they must be, ${when}.`;
  const but = endedUnraised === 0 ? '' : `, but for ${number(endedUnraised)} whose follow-up had ended by then,`;
  const kept =
    raises + endedUnraised === 0 ? 'No step was due' : `Every step that came due${but} was raised once and none early`;
  return `${kept}; nothing is silent ${when}.`;
}

const row = (label: string, value: string): string => `${label.padEnd(28)}${value}`;
const number = (n: number): string => n.toLocaleString('en-US');

/** `820 ms`, `1.4 s`, `12 min`, `3.2 h`, `5.1 days`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${short(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${short(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${short(ms / 3_600_000)} h` : `${short(ms / 86_400_000)} days`;
}

const short = (n: number): string => String(Math.round(n * 10) / 10);
