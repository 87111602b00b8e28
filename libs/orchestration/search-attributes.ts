import type { NativeConnection } from '@temporalio/worker';
import { EPISODE_PHASE_ATTRIBUTE, NEXT_DUE_AT_ATTRIBUTE, NEXT_FOLLOW_UP_ATTRIBUTE } from './contract.js';
import { pause } from './pause.js';
import { isOfCode } from './temporal-session.js';

/** The protocol's numbers of the types we use. */
const KEYWORD = 2;
const DATETIME = 6;
const WANTED: Readonly<Record<string, number>> = {
  [EPISODE_PHASE_ATTRIBUTE]: KEYWORD,
  [NEXT_FOLLOW_UP_ATTRIBUTE]: KEYWORD,
  [NEXT_DUE_AT_ATTRIBUTE]: DATETIME,
};

/** As flags of the development server. */
export const SEARCH_ATTRIBUTE_FLAGS = Object.entries(WANTED).map(
  ([name, type]) => `${name}=${type === KEYWORD ? 'Keyword' : 'Datetime'}`,
);

const READ_BACKS = 10;
/** gRPC: not for us to ask, or nothing that this server knows. Whatever else fails may pass. */
const REFUSED_CODES: readonly unknown[] = [7, 12, 16];

/**
 * Registers what is missing and reads it back. False when a type differs or the server will not say: a wrong type would be
 * accepted at registration and then block every workflow task for ever, so nothing is published then.
 */
export async function verifySearchAttributes(
  connection: NativeConnection,
  namespace: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await areRegistered(connection, namespace, signal);
  } catch (error) {
    if (isOfCode(error, REFUSED_CODES)) return false;
    throw error;
  }
}

async function areRegistered(connection: NativeConnection, namespace: string, signal: AbortSignal): Promise<boolean> {
  const { operatorService } = connection;
  const read = async (): Promise<Readonly<Record<string, unknown>>> =>
    (await operatorService.listSearchAttributes({ namespace })).customAttributes ?? {};
  const present = await read();
  const missing = Object.entries(WANTED).filter(([name]) => !(name in present));
  if (missing.length > 0)
    await operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) });
  for (let attempt = 0; attempt < READ_BACKS && !signal.aborted; attempt += 1) {
    const found = await read();
    if (Object.keys(WANTED).every((name) => name in found))
      return Object.entries(WANTED).every(([name, type]) => found[name] === type);
    await pause(500, signal); // a cluster takes a few seconds to make new attributes usable
  }
  return false;
}
