import { isAfter, saidBy, type Act, type Recommendation } from '../episode/story/index.js';
import {
  actAt,
  back,
  businessMorning,
  closing,
  countedFrom,
  days,
  elapsedDay,
  forward,
  later,
  morning,
  plusBusinessDays,
  plusDays,
  routine,
  rung,
  type Row,
  type World,
} from './row.js';
import { improved, improvedBy, isElevated, responds } from './response.js';

/** Bringing the psychiatric consultant in, and seeing that advice is answered and acted on. */

const leftAcute = ({ story }: World): number | undefined =>
  story.phase === 'relapse-prevention' ? story.phaseAct.revision : undefined;

/** Advice that the consultant took back answers no question. */
export const standing = ({ story }: Pick<World, 'story'>): readonly Recommendation[] =>
  story.recommendations.filter((r) => r.gone?.type !== 'RecommendationWithdrawn');

const consultDay = (world: World, on: string): string => back(world, elapsedDay(world, on));

/** C9. */
export const nonResponseConsult: Row = {
  kind: 'non-response-consult',
  throughHold: true,
  occasions(world) {
    const { story } = world;
    if (story.phase !== 'acute' || !story.enrolled) return [];
    const enrolledOn = story.enrolled.facts.enrolledOn;
    const dueOn = consultDay(world, plusDays(enrolledOn, days(world, 'non-response.due')));
    return [
      routine(world, { kind: 'non-response-consult', anchorRevision: story.enrolled.revision, dueOn }, [
        businessMorning(
          world,
          plusDays(enrolledOn, days(world, 'non-response.first')),
          ['consult-queue', 'care-manager'],
          'no response by week 8',
        ),
        businessMorning(world, plusDays(enrolledOn, days(world, 'non-response.second')), [
          'psychiatric-consultant',
          'digest',
        ]),
        morning(world, dueOn, ['care-manager']),
        closing(world, dueOn, ['supervisor']),
      ]),
    ];
  },
  fulfilled(_owed, world) {
    const { story } = world;
    if (!story.enrolled) return undefined;
    const from = plusDays(story.enrolled.facts.enrolledOn, days(world, 'non-response.counts-from'));
    return standing(world).find((r) => r.issued.on >= from)?.issued.revision;
  },
  superseded(_owed, world) {
    const { story, pathway } = world;
    if (story.baseline && !isElevated(pathway, story.baseline)) return saidBy(story.baseline);
    if (responds(story, pathway)) return improvedBy(story);
    return leftAcute(world);
  },
};

/** C10. */
export const consultRepeat: Row = {
  kind: 'consult-repeat',
  throughHold: true,
  occasions(world) {
    const { story } = world;
    const recommendation = standing(world).at(-1);
    if (story.phase !== 'acute' || !story.enrolled || !recommendation) return [];
    const dueOn = consultDay(
      world,
      later(
        plusDays(story.enrolled.facts.enrolledOn, days(world, 'consult-repeat.from')),
        plusDays(recommendation.issued.on, days(world, 'consult-repeat.every')),
      ),
    );
    return [
      routine(world, { kind: 'consult-repeat', anchorRevision: recommendation.issued.revision, dueOn }, [
        businessMorning(world, plusDays(dueOn, -days(world, 'consult-repeat.queue')), ['consult-queue']),
        morning(world, dueOn, ['care-manager']),
        businessMorning(world, plusBusinessDays(world, dueOn, days(world, 'consult-repeat.supervisor')), [
          'supervisor',
        ]),
      ]),
    ];
  },
  fulfilled(owed, world) {
    const anchor = actAt(world.story, owed.anchorRevision);
    return anchor && standing(world).find((r) => isAfter(r.issued, anchor))?.issued.revision;
  },
  superseded(owed, world) {
    if (improved(world.story, world.pathway)) return improvedBy(world.story);
    const anchor = world.story.recommendations.find((r) => r.issued.revision === owed.anchorRevision);
    return anchor?.gone?.type === 'RecommendationWithdrawn' ? anchor.gone.revision : leftAcute(world);
  },
};

const recommendationOf = (world: World, n: number | undefined) =>
  world.story.recommendations.find((r) => r.recommendation === n);
const gone = (owed: { about?: number }, world: World): number | undefined =>
  recommendationOf(world, owed.about)?.gone?.revision;

/** The provider's answer (research §3.5). */
export const recommendationAnswer: Row = {
  kind: 'recommendation-answer',
  occasions: (world) =>
    world.story.recommendations
      .filter((r) => r.issued.facts.to === 'provider')
      .map(({ issued, recommendation }) => {
        const from = countedFrom(world, issued.on);
        const dueOn =
          issued.facts.urgency === 'urgent'
            ? plusBusinessDays(world, from, days(world, 'recommendation.answer.urgent'))
            : forward(world, plusDays(from, days(world, 'recommendation.answer')));
        return routine(
          world,
          { kind: 'recommendation-answer', anchorRevision: issued.revision, about: recommendation, dueOn },
          [
            rung(issued.recordedAt, ['provider'], 'a recommendation was written'),
            morning(world, dueOn, ['care-manager']),
            businessMorning(world, plusDays(dueOn, days(world, 'recommendation.answer.escalate')), [
              'psychiatric-consultant',
              'digest',
            ]),
          ],
        );
      }),
  fulfilled: (owed, world) => recommendationOf(world, owed.about)?.answer?.revision,
  superseded: gone,
};

/** Both need a reason (decide.ts): what was accepted first and declined later will not be done either. */
const NOT_DONE: ReadonlySet<string> = new Set(['not-done', 'declined']);

const answersTo = (world: World, n: number | undefined): Act<'RecommendationAnswered'>[] =>
  world.story.acts.filter(
    (act): act is Act<'RecommendationAnswered'> =>
      act.type === 'RecommendationAnswered' && act.facts.recommendation === n,
  );

/**
 * What makes advice something to act on: the provider's consent, or that it was written to the care manager, who has none to ask.
 * Consent that is given again after a refusal is another.
 */
function actionable(world: World, { issued, recommendation }: Recommendation): Act | undefined {
  if (issued.facts.to === 'care-manager') return issued;
  const answers = answersTo(world, recommendation);
  const refused = answers.findLastIndex(({ facts }) => NOT_DONE.has(facts.answer));
  return answers.slice(refused + 1)[0];
}

/** Advice to the care manager, and advice that the provider accepted or modified, is done, or not done with a reason (research §1.4). */
export const recommendationAction: Row = {
  kind: 'recommendation-action',
  occasions: (world) =>
    world.story.recommendations.flatMap((advice) => {
      const { issued, recommendation } = advice;
      const since = actionable(world, advice);
      if (!since) return [];
      const toCareManager = since === issued;
      const from = countedFrom(world, since.on);
      const dueOn =
        toCareManager && issued.facts.urgency === 'urgent'
          ? plusBusinessDays(world, from, days(world, 'recommendation.action.urgent'))
          : forward(world, plusDays(from, days(world, 'recommendation.action')));
      return [
        routine(
          world,
          { kind: 'recommendation-action', anchorRevision: since.revision, about: recommendation, dueOn },
          [
            ...(toCareManager ? [rung(issued.recordedAt, ['care-manager'], 'a recommendation was written')] : []),
            morning(world, dueOn, ['care-manager']),
            businessMorning(world, plusDays(dueOn, days(world, 'recommendation.action.escalate')), [
              'psychiatric-consultant',
            ]),
          ],
        ),
      ];
    }),
  fulfilled(owed, world) {
    const revised = world.story.acts.find(
      (act) => act.type === 'TreatmentPlanRevised' && act.facts.recommendation === owed.about,
    );
    return (
      revised?.revision ??
      answersTo(world, owed.about).find((a) => NOT_DONE.has(a.facts.answer) && a.revision > owed.anchorRevision)
        ?.revision
    );
  },
  superseded: gone,
};
