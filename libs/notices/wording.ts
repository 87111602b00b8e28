import type { Message } from './notice.js';

export interface Words {
  readonly subject: string;
  readonly text: string;
  readonly link: string;
}

interface Where {
  readonly publicUrl: string;
  /** The episodes of words to a provider: they are on no worklist. */
  readonly said: readonly string[];
}

/**
 * Says that something waits and where, never what: it may be read on a locked screen, in a mailbox, by a pager service. No name, no
 * score, no instrument, no kind of follow-up; the link carries the opaque id of an episode at most.
 */
export function wordsOf(
  message: Pick<Message, 'kind' | 'count' | 'episode' | 'id' | 'root'>,
  { publicUrl, said: words }: Where,
): Words {
  const link = `${publicUrl}/v1/${placeOf(message, words)}`;
  const said = saying(message.kind, message.count);
  const passedOn = message.id === message.root ? '' : ' It comes to you because somebody else could not be reached.';
  return { subject: `Followthrough: ${said}`, text: `${upper(said)} in Followthrough: ${link}${passedOn}`, link };
}

function placeOf({ kind, episode, count }: Pick<Message, 'kind' | 'count' | 'episode'>, words: readonly string[]) {
  if (kind === 'safety' && episode !== null) return `episodes/${episode}`;
  if (words.length === 0) return 'worklist?assignee=me';
  return count === 1 && words.length === 1 ? `episodes/${words[0]}` : 'notices?recipient=me';
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
