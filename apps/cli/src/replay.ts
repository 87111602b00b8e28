import { EPISODE_EVENT_TYPES, UNREADABLE } from '#care';
import { episodeStream } from '#door';
import { createCodec, type EventStore } from '#event-store';
import { answer, CommandFailed, dataDir, type AddCommand } from './command.js';
import { openReadingKeys } from './replay/keys.js';
import { replayOf, type Cut } from './replay/story.js';
import { replayWords } from './replay/words.js';
import { openLog } from './verify/log-file.js';
import { instant } from './verify/now.js';

interface Options {
  readonly asRecorded?: string;
  readonly atRevision?: string;
  readonly json?: boolean;
  readonly data?: string;
}

const EXPLAINED = `
Reads the files directly, also beside a running server. What is sealed (scores, notes) needs the keys of this installation;
without them the story is told from plain facts.
Exit codes: 0 told · 1 the hash chain does not hold · 2 wrong call · 3 no log or no such episode.`;

/** `followthrough replay`: what happened in an episode, as far as it was known at some moment. */
export const add: AddCommand = (program) => {
  program
    .command('replay')
    .description(
      'Tell the story of an episode: what happened, when it was recorded, by whom, and what it opened and closed by which rule.',
    )
    .argument('<episode>', 'id of the episode')
    .option('--as-recorded <instant>', 'only what had been recorded by then')
    .option('--at-revision <n>', 'only up to this revision')
    .option('--json', 'one JSON object on stdout')
    .option('--data <folder>', 'the data folder (default FOLLOWTHROUGH_DATA, else ./data)')
    .addHelpText('after', EXPLAINED)
    .action(replay);
};

async function replay(episode: string, { asRecorded, atRevision, json, data }: Options): Promise<void> {
  const cut = cutOf(asRecorded, atRevision);
  const store = await openLog(data);
  const keys = openReadingKeys(data ?? dataDir(), process.env);
  try {
    const codec = createCodec({ types: EPISODE_EVENT_TYPES, keys: keys.ring, unreadable: UNREADABLE });
    const told = replayOf(await streamOf(store, episode), codec, cut);
    answer(json, { ...told, ...cut }, () => replayWords(told, cut, keys.without));
    if (told.chain === 'broken') process.exitCode = 1;
  } finally {
    keys.close();
    await store.close();
  }
}

async function streamOf(store: EventStore, episode: string) {
  const stream = await store.readStream(episodeStream(episode.replace(/^episode-/, '')));
  if (stream.length === 0) throw new CommandFailed(`there is no episode ${episode} in this log`, 3);
  return stream;
}

function cutOf(asRecorded: string | undefined, atRevision: string | undefined): Cut {
  if (atRevision !== undefined && !/^\d+$/.test(atRevision))
    throw new CommandFailed(`--at-revision takes a number from 0 on, not ${atRevision}`, 2);
  return {
    ...(asRecorded === undefined ? {} : { asRecorded: instant(asRecorded, '--as-recorded').toISOString() }),
    ...(atRevision === undefined ? {} : { atRevision: Number(atRevision) }),
  };
}
