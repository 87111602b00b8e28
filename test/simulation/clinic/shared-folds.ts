import type { Recorded } from '#care';
import type { Definition, Door, Fact } from '#door';

/** What an event made of a state. */
interface Made {
  readonly before: unknown;
  readonly after: unknown;
}

// Events are read once for a life, and evolving is pure: what one process has made of one, the next that starts need not make again.
const made = new WeakMap<object, Made>();

/** A door whose states are those of the other doors as long as they have read the same events. */
export function sharingFolds(door: Door): Door {
  const shared = new WeakMap<object, object>();

  function sharing<S, C, E extends Fact, R extends Recorded, X>(
    definition: Definition<S, C, E, R, X>,
  ): Definition<S, C, E, R, X> {
    const known = shared.get(definition) as Definition<S, C, E, R, X> | undefined;
    if (known) return known;
    const { decider } = definition;
    const evolve = (before: S, event: R): S => {
      const done = made.get(event);
      if (done?.before === before) return done.after as S;
      const after = decider.evolve(before, event);
      made.set(event, { before, after });
      return after;
    };
    const twin = { ...definition, decider: { ...decider, evolve } };
    shared.set(definition, twin);
    return twin;
  }

  return {
    ...door,
    load: (definition, streamId, options) => door.load(sharing(definition), streamId, options),
    knows: (definition, streamId, commandIds) => door.knows(sharing(definition), streamId, commandIds),
    handle: (definition, streamId, envelope) => door.handle(sharing(definition), streamId, envelope),
    handleAll: (definition, streamId, envelopes) => door.handleAll(sharing(definition), streamId, envelopes),
  };
}
