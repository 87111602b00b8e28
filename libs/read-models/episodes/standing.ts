/** The tables whose rows are told from the stories of episodes. */
const STORY_TABLES = ['episodes', 'caseload', 'scores', 'consults', 'referrals', 'briefs'] as const;
export type StoryTable = (typeof STORY_TABLES)[number];

/** The rows that stand of one episode, by table and key; a table that is missing here is not known. */
export type Standing = Map<StoryTable, ReadonlyMap<string, object>>;

const NONE: ReadonlyMap<string, object> = new Map();

/** Of an episode that begins. */
export const nothingStands = (): Standing => new Map(STORY_TABLES.map((table) => [table, NONE]));
