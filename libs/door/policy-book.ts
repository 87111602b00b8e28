import {
  completed,
  pinOf,
  RULES_VERSION,
  withClass,
  type Pathway,
  type Pin,
  type Policy,
  type Refusal,
  type SiteCalendar,
  type Unreadable,
} from '#care';
import type { Codec, EventStore, StoredEvent } from '#event-store';
import { organisationStream } from './organisations.js';
import { contentHash } from './pins.js';
import { RETRIES, type Retries } from './retries.js';
import { StreamFold, type Folded } from './stream-fold.js';

export type PolicyAnswer = { readonly policy: Policy } | { readonly refusal: Refusal };

/** What an organisation's stream says about policy: every pathway and calendar it ever had, by hash, and those in force. */
interface Shelf {
  readonly isOpen: boolean;
  readonly pathways: ReadonlyMap<string, Pathway>;
  readonly calendars: ReadonlyMap<string, SiteCalendar>;
  readonly pathway: string | null;
  readonly calendarOf: ReadonlyMap<string, string>;
}

const EMPTY: Shelf = { isOpen: false, pathways: new Map(), calendars: new Map(), pathway: null, calendarOf: new Map() };

/** What the book reads; every other event of the organisation, known or not, is passed over. */
const READ: ReadonlySet<string> = new Set(['OrganisationOpened', 'SiteOpened', 'SiteHoursSet', 'PathwayAdopted']);

/** The policies of all organisations, by what is in force and by pin (decision 8). */
export class PolicyBook {
  private readonly fold: StreamFold<Shelf>;
  /** One object for each pin, so that what is computed from a policy can be remembered by it. */
  private readonly policies = new Map<string, Policy>();

  constructor({
    store,
    codec,
    retries,
  }: {
    store: EventStore;
    codec: Pick<Codec<Unreadable>, 'readFacts'>;
    retries?: Partial<Retries>;
  }) {
    const fold = ({ value }: Folded<Shelf>, events: readonly StoredEvent[]): Shelf =>
      events.reduce(
        (shelf, event) => (READ.has(event.type) ? shelved(shelf, event.type, codec.readFacts(event)) : shelf),
        value,
      );
    this.fold = new StreamFold({ store, retries: { ...RETRIES, ...retries }, empty: EMPTY, fold });
  }

  /** The policy that a site follows today. @throws DoorUnavailable */
  async policyFor(organisation: string, site: string): Promise<PolicyAnswer> {
    const shelf = await this.shelf(organisation);
    const calendar = shelf.calendarOf.get(site);
    if (!shelf.isOpen) return refusal('unknown-organisation', 'The organisation has not been opened.');
    if (calendar === undefined) return refusal('unknown-site', `The organisation has no site ${site}.`);
    if (shelf.pathway === null) return refusal('no-pathway', 'The organisation has not adopted a care pathway yet.');
    return this.policy(shelf, pinOf({ pathway: shelf.pathway, calendar, rulesVersion: RULES_VERSION }, contentHash));
  }

  /** The policy that an episode has pinned, however long ago. @throws DoorUnavailable */
  async policyByPin(organisation: string, pin: Pin): Promise<PolicyAnswer> {
    if (pin.rulesVersion > RULES_VERSION) {
      return refusal(
        'newer-rules',
        `This episode follows rules version ${pin.rulesVersion}; this build knows ${RULES_VERSION}.`,
      );
    }
    const known = this.policies.get(pin.pin);
    return known ? { policy: known } : this.policy(await this.shelf(organisation), pin);
  }

  private async shelf(organisation: string): Promise<Shelf> {
    return (await this.fold.read(organisationStream(organisation))).value;
  }

  private policy(shelf: Shelf, pin: Pin): PolicyAnswer {
    const known = this.policies.get(pin.pin);
    if (known) return { policy: known };
    const pathway = composed(shelf.pathways, pin);
    const calendar = shelf.calendars.get(pin.calendar);
    if (!pathway || !calendar)
      return refusal('unknown-pin', 'The pathway or calendar that this episode follows is not known here.');
    const policy: Policy = { pin: { ...pinOf(pin, contentHash), pin: pin.pin }, pathway, calendar };
    this.policies.set(pin.pin, policy);
    return { policy };
  }
}

/** The pathway behind a pin, put together again from what the organisation adopted. */
function composed(adopted: ReadonlyMap<string, Pathway>, { pathway, clinical = pathway, safety = pathway }: Pin) {
  const [base, clinicalOf, safetyOf] = [pathway, clinical, safety].map((source) => adopted.get(source));
  if (!base || !clinicalOf || !safetyOf) return undefined;
  if (clinicalOf === base && safetyOf === base) return base;
  return withClass(withClass(base, 'clinical', clinicalOf), 'safety', safetyOf);
}

const refusal = (code: string, detail: string): PolicyAnswer => ({ refusal: { code, detail } });

function shelved(shelf: Shelf, type: string, facts: unknown): Shelf {
  if (type === 'OrganisationOpened') return { ...shelf, isOpen: true };
  if (type === 'PathwayAdopted') return adopted(shelf, (facts as { pathway: Pathway }).pathway);
  const { site, calendar } = facts as { site: string; calendar: SiteCalendar };
  const calendarHash = contentHash(calendar);
  return {
    ...shelf,
    calendars: new Map(shelf.calendars).set(calendarHash, calendar),
    calendarOf: new Map(shelf.calendarOf).set(site, calendarHash),
  };
}

// One object for each that was adopted, so that what is computed from a pathway can be remembered by it.
const completedBefore = new WeakMap<Pathway, Pathway>();

function adopted(shelf: Shelf, pathway: Pathway): Shelf {
  const name = contentHash(pathway);
  const known = completedBefore.get(pathway) ?? completed(pathway);
  completedBefore.set(pathway, known);
  return { ...shelf, pathway: name, pathways: new Map(shelf.pathways).set(name, known) };
}
