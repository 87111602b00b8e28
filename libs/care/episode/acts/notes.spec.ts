import { describe, expect, it } from '@jest/globals';
import { referral, Tale } from '../../testing/tale.js';

const withNote = (): { tale: Tale; note: number } => {
  const tale = new Tale().at('2027-01-04 08:30').act(referral()).act({ type: 'AddNote', text: 'Prefers mornings.' });
  return { tale, note: tale.events.find(({ type }) => type === 'NoteAdded')!.revision };
};
const sent = ({ events }: Tale) => events.flatMap((event) => (event.type === 'NoteSent' ? [event] : []));
const send = (note: number, destination = 'ehr') => ({ type: 'MarkNoteSent', note, destination }) as const;

describe('a note', () => {
  it('is sent once it is signed, once to each destination', () => {
    const { tale, note } = withNote();
    tale.act({ type: 'SignNote', note }).act({ ...send(note), reference: 'doc-1' });
    expect(sent(tale)).toMatchObject([{ facts: { note, destination: 'ehr' }, sealed: { reference: 'doc-1' } }]);
    tale.act(send(note));
    expect(sent(tale)).toHaveLength(1);
    tale.act(send(note, 'registry'));
    expect(sent(tale)).toHaveLength(2);
  });

  it('is not sent while it may still change, or when it is none', () => {
    const { tale, note } = withNote();
    expect(tale.attempt(send(note))?.code).toBe('note-not-signed');
    expect(tale.attempt(send(note + 1))?.code).toBe('no-such-note');
  });
});

describe('a recommendation', () => {
  it('is seen once by each person', () => {
    const { tale } = withNote();
    tale.act({ type: 'IssueRecommendation', text: 'Raise the dose.', urgency: 'routine', to: 'provider' });
    const seen = { type: 'MarkRecommendationSeen', recommendation: 1 } as const;
    tale.act(seen, { actor: 'user:pcp-1' }).act(seen, { actor: 'user:pcp-1' }).act(seen, { actor: 'user:pcp-2' });
    expect(tale.events.flatMap((event) => (event.type === 'RecommendationSeen' ? [event.facts.by] : []))).toEqual([
      'pcp-1',
      'pcp-2',
    ]);
    expect(tale.attempt({ ...seen, recommendation: 2 })?.code).toBe('no-such-recommendation');
  });
});
