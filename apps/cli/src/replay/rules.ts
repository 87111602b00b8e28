import { localDate, type RecordedEpisodeEvent, type RecordedEpisodeEventOf } from '#care';
import { namedTogether, whatCloses, whatSupersedes, whyItExists } from '#read-models';

type Superseded = RecordedEpisodeEventOf<'FollowUpSuperseded'>['facts'];
type Opened = RecordedEpisodeEventOf<'FollowUpOpened'>;

const REASONS: Readonly<Record<Exclude<Superseded['reason'], 'superseded-by-rule'>, string>> = {
  'episode-ended': 'the end of an episode ends what was owed before it',
  hold: 'a hold pauses routine follow-up',
  'anchor-voided': 'the fact it rested on was undone',
  're-derived': 'its day or its steps changed; what is owed from here on is opened anew',
  'pathway-changed': 'the episode follows another pathway from here on',
};

/** By which rule a follow-up was opened or ended, in words; null for any other event. */
export class Rules {
  private readonly opened = new Map<string, Opened>();
  private readonly byRevision = new Map<number, RecordedEpisodeEvent>();
  private scale: string | undefined;

  /** In the order of recording, each event before its rule is asked for. */
  take(event: RecordedEpisodeEvent): void {
    this.byRevision.set(event.revision, event);
    if (event.type === 'FollowUpOpened') this.opened.set(event.facts.followUpId, event);
    if (event.type === 'PrimaryScaleFixed') this.scale = event.facts.instrument;
  }

  ruleOf(event: RecordedEpisodeEvent): string | null {
    if (event.type === 'FollowUpOpened') return this.whyOpened(event);
    if (event.type === 'FollowUpFulfilled') return this.whyFulfilled(event.facts.followUpId);
    return event.type === 'FollowUpSuperseded' ? this.whySuperseded(event.facts) : null;
  }

  private whyOpened({ recordedAt, facts }: Opened): string {
    const { kind, anchorRevision, dueOn, zone, ladder, repeat, about = null, numbers = null } = facts;
    const anchor = this.byRevision.get(anchorRevision);
    const why = whyItExists(
      {
        ...{ kind, dueOn, about, numbers },
        anchorOn: anchor ? localDate(anchor.occurredAt, zone) : null,
        anchorType: anchor?.type ?? null,
        ...(this.scale === undefined ? {} : { scale: this.scale }),
      },
      localDate(recordedAt, zone),
    );
    const told = ladder.map(({ at, notify }) => `${localDate(at, zone)} ${namedTogether(notify)}`).join('; ');
    return `${why}. Told: ${told}; then every ${repeat.every} ${repeat.unit}`;
  }

  private whyFulfilled(followUpId: string): string | null {
    const opened = this.opened.get(followUpId)?.facts;
    return opened ? `closed by ${whatCloses(opened.kind, opened.numbers)}` : null;
  }

  private whySuperseded({ followUpId, reason }: Superseded): string | null {
    if (reason !== 'superseded-by-rule') return REASONS[reason] ?? null;
    const opened = this.opened.get(followUpId)?.facts;
    return opened ? `owed no longer by ${whatSupersedes(opened.kind, opened.numbers) ?? 'the general rules'}` : null;
  }
}
