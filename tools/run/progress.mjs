/** @param {string} line */
export const toStderr = (line) => void process.stderr.write(`${line}\n`);

/**
 * Says on stderr what is going on once it has taken two seconds, and again now and then.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @param {(line: string) => void} [say]
 * @returns {Promise<T>}
 */
export async function withProgress(what, work, say = toStderr) {
  const started = Date.now();
  const tell = () => say(`followthrough: ${what} … ${Math.round((Date.now() - started) / 1000)} s`);
  const first = setTimeout(tell, 2_000);
  const again = setInterval(tell, 20_000);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(again);
  }
}
