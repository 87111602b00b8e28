import { addMonths } from '../calendar/index.js';
import { isWaiting } from '../episode/resources.js';
import type { Act } from '../episode/story/index.js';
import {
  actAt,
  actsOf,
  businessMorning,
  closing,
  countedFrom,
  days,
  forward,
  later,
  morning,
  plusBusinessDays,
  plusDays,
  routine,
  type Owed,
  type Row,
  type World,
} from './row.js';

/** Loops that people open and must close, and the review that is owed when nothing else is. */

/** Research §10. Somebody on a waiting list is asked after again. */
export const resourceLoop: Row = {
  kind: 'resource-loop',
  occasions: (world) =>
    actsOf(world.story, 'ResourceConnected', 'ResourceConnectionClosed')
      .filter((act) => act.type === 'ResourceConnected' || isWaiting(act))
      .map((act) => {
        const from = countedFrom(world, act.on);
        const dueOn = forward(world, plusDays(from, days(world, 'resource.due')));
        return routine(
          world,
          { kind: 'resource-loop', anchorRevision: act.revision, about: act.facts.resource, dueOn },
          [
            businessMorning(world, plusDays(from, days(world, 'resource.shown')), ['care-manager'], 'shown'),
            morning(world, dueOn, ['care-manager']),
          ],
        );
      }),
  fulfilled: (owed, { story }) =>
    actsOf(story, 'ResourceConnectionClosed').find(
      (act) => act.facts.resource === owed.about && act.revision > owed.anchorRevision,
    )?.revision,
};

/** The acts by which care manager or site changed; the first assignment is none. */
function transfers({ story }: World): Act[] {
  let owner: string | undefined;
  return story.acts.filter((act) => {
    if (act.type !== 'CareManagerAssigned' && act.type !== 'EpisodeTransferred') return false;
    const next = act.type === 'CareManagerAssigned' ? act.facts.careManager : act.facts.to;
    const changed = act.type === 'EpisodeTransferred' || (owner !== undefined && owner !== next);
    owner = next;
    return changed;
  });
}

/** Research §3.11. */
export const transferAcknowledgement: Row = {
  kind: 'transfer-acknowledgement',
  occasions: (world) =>
    transfers(world)
      .slice(-1)
      .map((transfer) => {
        const dueOn = plusBusinessDays(world, countedFrom(world, transfer.on), days(world, 'transfer.acknowledge'));
        return routine(world, { kind: 'transfer-acknowledgement', anchorRevision: transfer.revision, dueOn }, [
          // The former owner is told until the new one has acknowledged.
          morning(world, dueOn, ['care-manager', 'former-owner']),
          closing(world, dueOn, ['supervisor', 'former-owner']),
        ]);
      }),
  fulfilled: (owed, { story }) =>
    story.acts.find((act) => act.type === 'TransferAcknowledged' && act.revision > owed.anchorRevision)?.revision,
  superseded(owed, world) {
    const latest = transfers(world).at(-1);
    return latest && latest.revision > owed.anchorRevision ? latest.revision : undefined;
  },
};

/** Our own row: whatever somebody promised by a date. */
export const plannedTask: Row = {
  kind: 'planned-task',
  // What is planned or asked for while a hold lasts is meant for it.
  throughHold: 'anchored-since',
  occasions: (world) =>
    world.story.acts
      .filter((act): act is Act<'TaskPlanned'> => act.type === 'TaskPlanned')
      .map((task) => {
        const aside = world.story.holds.findLast(({ started, ended }) => ended && started.revision > task.revision);
        const { dueOn: asked } = task.facts;
        const dueOn = forward(world, aside?.ended ? later(asked, aside.ended.on) : asked);
        return {
          ...routine(world, { kind: 'planned-task', anchorRevision: task.revision, about: task.facts.task, dueOn }, [
            morning(world, dueOn, ['task-owner']),
          ]),
          owner: task.facts.owner,
        };
      }),
  fulfilled: (owed, { story }) =>
    story.acts.find((act) => act.type === 'TaskDone' && act.facts.task === owed.about)?.revision,
  superseded: (owed, { story }) =>
    story.acts.find((act) => act.type === 'TaskCancelled' && act.facts.task === owed.about)?.revision,
};

const MONTHS = ['review.first', 'review.second'] as const;

/** C14, and the dead-man item of ARCHITECTURE decision 3. */
export const episodeReview: Row = {
  kind: 'episode-review',
  occasions(world) {
    const { story } = world;
    if (!story.enrolled || story.phase === 'ended') return [];
    return MONTHS.map((key) => {
      const dueOn = forward(
        world,
        later(addMonths(story.enrolled!.facts.enrolledOn, days(world, key)), countedFrom(world, story.enrolled!.on)),
      );
      return routine(
        world,
        { kind: 'episode-review', anchorRevision: story.enrolled!.revision, about: days(world, key), dueOn },
        [morning(world, dueOn, ['care-manager', 'digest'])],
      );
    });
  },
  fulfilled(owed, world) {
    const { story } = world;
    if (owed.about === undefined) {
      const anchor = actAt(story, owed.anchorRevision);
      return (
        anchor && story.acts.find((act) => act.type === 'CaseReviewed' && act.revision > anchor.revision)?.revision
      );
    }
    if (!story.enrolled) return undefined;
    // By its own day: a hold that moves the day asks for no review a second time (G4).
    const day = forward(world, addMonths(story.enrolled.facts.enrolledOn, owed.about));
    const from = plusDays(day, -days(world, 'review.dead-man'));
    return story.acts.find(
      (act) => act.type === 'CaseReviewed' && act.facts.subject === 'episode-length' && act.on >= from,
    )?.revision;
  },
};

/** The dead-man item: when an open episode is owed nothing else soon, somebody looks at the episode itself (decision 3). */
export function deadMan(world: World, open: Owed | undefined): ReturnType<typeof routine> {
  const anchor =
    (open && actAt(world.story, open.anchorRevision)) ??
    world.story.acts.toSorted((a, b) => a.revision - b.revision).at(-1)!;
  const dueOn = forward(world, plusDays(countedFrom(world, anchor.on), days(world, 'review.dead-man')));
  return routine(world, { kind: 'episode-review', anchorRevision: anchor.revision, dueOn }, [
    morning(world, dueOn, ['care-manager', 'digest']),
  ]);
}
