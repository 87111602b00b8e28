import { isAfter, type Act, type Story } from '../episode/story/index.js';
import { standing } from './consults.js';
import {
  actAt,
  actsOf,
  days,
  forward,
  morning,
  plusBusinessDays,
  plusDays,
  routine,
  rung,
  type Occasion,
  type Row,
  type World,
} from './row.js';
import { ABOUT_THE_PLAN } from './treatment.js';

/** What waits for the psychiatric consultant because a person said so: a consult that was asked for, or advice that was declined. */
type Asked = Act<'ConsultRequested'> | Act<'RecommendationAnswered'>;

/** Advice written since, or a review of how treatment goes; one that only decides to ask for a consult is no answer to it. */
const answerTo = (asked: Act, story: Story): number | undefined =>
  [
    ...standing({ story }).map(({ issued }) => issued),
    ...actsOf(story, 'CaseReviewed').filter(
      ({ facts }) => ABOUT_THE_PLAN.has(facts.subject) && facts.decision !== 'consult',
    ),
  ]
    .filter((answer) => isAfter(answer, asked))
    .toSorted((a, b) => a.revision - b.revision)[0]?.revision;

/** Requests that nobody has answered yet. */
export const unansweredRequests = (story: Story): Act<'ConsultRequested'>[] =>
  actsOf(story, 'ConsultRequested').filter((asked) => answerTo(asked, story) === undefined);

function occasion(world: World, asked: Asked, isPressing: boolean, about?: number): Occasion {
  const dueOn = isPressing
    ? plusBusinessDays(world, asked.on, days(world, 'consult-request.urgent'))
    : forward(world, plusDays(asked.on, days(world, 'consult-request.due')));
  const isNews = isPressing || asked.type === 'RecommendationAnswered';
  return routine(
    world,
    {
      kind: 'consult-request',
      anchorRevision: asked.revision,
      dueOn,
      ...(about === undefined ? {} : { about }),
    },
    [
      ...(isNews ? [rung(asked.recordedAt, ['consult-queue'])] : []),
      morning(world, dueOn, ['consult-queue', 'care-manager', ...(isPressing ? (['supervisor'] as const) : [])]),
    ],
  );
}

/** A request that nobody answers, and advice that the provider does not want, are the consultant's. */
export const consultRequest: Row = {
  kind: 'consult-request',
  throughHold: true,
  occasions: (world) => [
    ...actsOf(world.story, 'ConsultRequested').map((asked) =>
      occasion(world, asked, asked.facts.urgency !== 'routine'),
    ),
    ...world.story.recommendations.flatMap(({ issued, recommendation, answer }) =>
      answer?.facts.answer === 'declined'
        ? [occasion(world, answer, issued.facts.urgency === 'urgent', recommendation)]
        : [],
    ),
  ],
  fulfilled(owed, { story }) {
    const asked = actAt(story, owed.anchorRevision);
    return asked && answerTo(asked, story);
  },
  // Advice that was taken back, replaced, or accepted after all.
  superseded(owed, { story }) {
    const advice = story.recommendations.find(({ recommendation }) => recommendation === owed.about);
    const asked = actAt(story, owed.anchorRevision);
    const since = asked && advice?.answer && isAfter(advice.answer, asked) ? advice.answer.revision : undefined;
    return advice?.gone?.revision ?? since;
  },
};
