import type { Act, Story } from '#care';

/** What a record still lacks: the contact its note, the note its signature or its way to the other record. */
export const LACKS = ['note', 'signature', 'dispatch'] as const;
export type Lack = (typeof LACKS)[number];

/** A contact or a note that is not finished. */
export interface OpenRecord {
  readonly lacks: Lack;
  /** Of the contact, or of the note. */
  readonly revision: number;
  readonly on: string;
  /** When the contact took place, the note was written or was signed. */
  readonly since: string;
  /** The member of staff who recorded it. */
  readonly author: string;
}

type Note = Act<'NoteAdded'>;

/** Machines and imports bring what was documented where it comes from. */
const BY_OTHERS: ReadonlySet<string> = new Set(['integration', 'administrator']);
const byStaff = ({ actorRole }: Act): boolean => !BY_OTHERS.has(actorRole);

const authorOf = ({ actor }: Act): string => actor.slice(actor.indexOf(':') + 1);

const open = (act: Act, lacks: Lack, since = act): OpenRecord => ({
  lacks,
  revision: act.revision,
  on: since.on,
  since: since.occurredAt,
  author: authorOf(act),
});

/** A visit is one append of several acts: a note about any of them is the note of its contact. */
function undocumented({ acts, treatmentContacts }: Story, notes: readonly Note[]): OpenRecord[] {
  const about = new Set(notes.flatMap((note) => note.facts.about ?? []));
  const documented = new Set(acts.flatMap((act) => (about.has(act.revision) ? [act.commandId] : [])));
  return treatmentContacts
    .filter((contact) => byStaff(contact) && !documented.has(contact.commandId))
    .map((contact) => open(contact, 'note'));
}

/** What is unfinished in the record of an episode, the oldest first. */
export function openRecords(story: Story): readonly OpenRecord[] {
  const notes = story.paperwork.filter((act): act is Note => act.type === 'NoteAdded');
  const signatures = new Map(
    story.paperwork.flatMap((act) => (act.type === 'NoteSigned' ? [[act.facts.note, act as Act] as const] : [])),
  );
  const sent = new Set(story.paperwork.flatMap((act) => (act.type === 'NoteSent' ? [act.facts.note] : [])));
  const unfinished = notes.filter(byStaff).flatMap((note): OpenRecord[] => {
    const signature = signatures.get(note.revision);
    if (!signature) return [open(note, 'signature')];
    return sent.has(note.revision) ? [] : [open(note, 'dispatch', signature)];
  });
  return [...undocumented(story, notes), ...unfinished].toSorted((a, b) => (a.since < b.since ? -1 : 1));
}
