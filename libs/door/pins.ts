import { hash } from 'node:crypto';
import { completed, pinOf, RULES_VERSION, type Pathway, type Policy } from '#care';
import { canonical } from '#event-store';

/** Names a pathway or a calendar by its content. */
export const contentHash = (value: unknown): string => hash('sha256', canonical(value), 'hex');

/** What a site would follow had its organisation adopted this pathway; the calendar stays. */
export const asIfAdopted = (pathway: Pathway, { pin, calendar }: Policy): Policy => ({
  pin: pinOf({ pathway: contentHash(pathway), calendar: pin.calendar, rulesVersion: RULES_VERSION }, contentHash),
  pathway: completed(pathway),
  calendar,
});
