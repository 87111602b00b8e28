import { hash } from 'node:crypto';
import { completed, pinOf, RULES_VERSION, type Pathway, type Policy } from '#care';
import { canonical } from '#event-store';

// A pathway is long, and what nobody can change keeps its name.
const named = new WeakMap<object, string>();

/** Names a pathway or a calendar by its content. */
export function contentHash(value: unknown): string {
  const isFixed = typeof value === 'object' && value !== null && Object.isFrozen(value);
  const known = isFixed ? named.get(value) : undefined;
  if (known !== undefined) return known;
  const name = hash('sha256', canonical(value), 'hex');
  if (isFixed) named.set(value, name);
  return name;
}

/** What a site would follow had its organisation adopted this pathway; the calendar stays. */
export const asIfAdopted = (pathway: Pathway, { pin, calendar }: Policy): Policy => ({
  pin: pinOf({ pathway: contentHash(pathway), calendar: pin.calendar, rulesVersion: RULES_VERSION }, contentHash),
  pathway: completed(pathway),
  calendar,
});
