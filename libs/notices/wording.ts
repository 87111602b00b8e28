import type { Message } from './notice.js';

export interface Words {
  readonly subject: string;
  readonly text: string;
  readonly link: string;
}

/**
 * Says that something waits and where, never what: it may be read on a locked screen, in a mailbox, by a pager service. No name, no
 * score, no instrument, no kind of follow-up; the link carries the opaque id of an episode at most.
 */
export function wordsOf(
  { kind, count, episode, id, root }: Pick<Message, 'kind' | 'count' | 'episode' | 'id' | 'root'>,
  publicUrl: string,
): Words {
  const link =
    kind === 'safety' && episode !== null
      ? `${publicUrl}/v1/episodes/${episode}`
      : `${publicUrl}/v1/worklist?assignee=me`;
  const said = saying(kind, count);
  const passedOn = id === root ? '' : ' It comes to you because somebody else could not be reached.';
  return { subject: `Followthrough: ${said}`, text: `${upper(said)} in Followthrough: ${link}${passedOn}`, link };
}

function saying(kind: Message['kind'], count: number): string {
  switch (kind) {
    case 'safety':
      return count === 1 ? 'a safety item waits' : `${count} safety items wait`;
    case 'list':
      return count === 1 ? '1 patient waits for you' : `${count} patients wait for you`;
    case 'digest':
      return count === 1 ? 'today’s digest names 1 patient' : `today’s digest names ${count} patients`;
  }
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
