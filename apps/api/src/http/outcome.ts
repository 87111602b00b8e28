import type { Outcome } from '#door';
import type { Recorded, Refusal } from '#care';
import { Answer } from './answer.js';
import { etagOf } from './etag.js';
import { isProblemSlug, Problem, PROBLEMS } from './problems.js';

/** How a resource that was acted upon is shown. */
export interface Shown<S> {
  /** Its address. */
  readonly location: string;
  /** Its representation, as its stream now has it. */
  view(loaded: Outcome<S>['loaded']): unknown;
}

/** The answer to a command: 201 when something was recorded, 200 when it was so already, else the problem it met. */
export function answerTo<S>(outcome: Outcome<S>, shown: Shown<S>): Answer {
  switch (outcome.kind) {
    case 'appended':
      return written(201, outcome, shown);
    case 'unchanged':
      return written(200, outcome, shown);
    case 'repeated':
      return written(201, outcome, shown, { 'idempotency-replayed': 'true' });
    case 'id-reused':
      throw new Problem('idempotency-key-reused');
    case 'stale':
      throw staleProblem(outcome.loaded.revision, outcome.since);
    case 'refused':
      throw refusalProblem(outcome.refusal);
  }
}

function written<S>(
  status: number,
  { loaded }: Outcome<S>,
  shown: Shown<S>,
  more: Record<string, string> = {},
): Answer {
  return new Answer(status, shown.view(loaded), {
    location: shown.location,
    etag: etagOf(loaded.revision),
    ...(loaded.position === null ? {} : { 'consistency-token': loaded.position }),
    ...more,
  });
}

/** 412 with the revision now and what people recorded since; enough to look before deciding again. */
function staleProblem(current: number, since: readonly Recorded[]): Problem {
  const changes = since.map(({ revision, occurredAt, recordedAt, actor, actorRole, ...event }) => ({
    revision,
    ...('type' in event ? { type: event.type } : {}),
    occurredAt,
    recordedAt,
    actor,
    actorRole,
  }));
  return new Problem('stale', `The record is at revision ${current} now.`, {
    headers: { etag: etagOf(current) },
    members: { current, since: changes },
  });
}

/** A refusal under its own published type; one that is not published yet is a 409 that names its code. */
export function refusalProblem({ code, detail, errors }: Refusal): Problem {
  // A record of another organisation must not differ from one that does not exist.
  if (code === 'not-found' || code === 'unknown-patient') return new Problem('not-found');
  // The id of a patient who is registered comes of the key: another request took it.
  if (code === 'patient-exists') return new Problem('idempotency-key-reused');
  const slug = isProblemSlug(code) ? code : 'act-not-possible';
  const retry = PROBLEMS[slug].status === 503 ? { headers: { 'retry-after': '30' } } : {};
  return new Problem(slug, detail, { ...(errors ? { errors } : {}), members: { code }, ...retry });
}
