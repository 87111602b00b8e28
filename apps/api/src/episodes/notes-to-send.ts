import { z } from 'zod';
import { readable, type Act, type Story } from '#care';

/** A signed note that another record does not have yet. */
export const NoteToSend = z
  .object({
    note: z.int().meta({ description: 'Its revision: names it when it is reported as sent.' }),
    about: z.int().nullable().meta({ description: 'The revision of what it is about.' }),
    text: z.string().nullable().meta({ description: 'null when the key was destroyed.' }),
    occurredAt: z.string(),
    author: z.string(),
    signedAt: z.string(),
    signedBy: z.string(),
  })
  .meta({ id: 'NoteToSend' });
export type NoteToSend = z.infer<typeof NoteToSend>;

const isNote = (act: Story['paperwork'][number]): act is Act<'NoteAdded'> => act.type === 'NoteAdded';

/** In clinical order. What was sent elsewhere is still to be sent here. */
export function notesToSend({ paperwork }: Story, destination: string): NoteToSend[] {
  const sent = new Set(
    paperwork.flatMap((act) =>
      act.type === 'NoteSent' && act.facts.destination === destination ? [act.facts.note] : [],
    ),
  );
  const signatures = new Map(
    paperwork.flatMap((act) => (act.type === 'NoteSigned' ? [[act.facts.note, act] as const] : [])),
  );
  return paperwork.filter(isNote).flatMap((act) => {
    const signature = signatures.get(act.revision);
    if (!signature || sent.has(act.revision)) return [];
    return [
      {
        note: act.revision,
        about: act.facts.about ?? null,
        text: readable(act.sealed)?.text ?? null,
        occurredAt: act.occurredAt,
        author: act.actor,
        signedAt: signature.occurredAt,
        signedBy: signature.actor,
      },
    ];
  });
}
