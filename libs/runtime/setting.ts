import { readFileSync } from 'node:fs';

/** A setting is named twice, or the file that should hold it cannot be read. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/**
 * What an environment variable says, or the file that `<name>_FILE` names: a password in a file is seen by nobody who lists processes.
 * Undefined when neither is set, or empty. @throws SettingError
 */
export function setting(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (!file) return env[name] || undefined;
  if (env[name]) throw new SettingError(`${name} and ${name}_FILE are both set. Keep one of them.`);
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (cause) {
    throw new SettingError(`${name}_FILE: ${(cause as NodeJS.ErrnoException).code ?? 'unreadable'} at ${file}`, {
      cause,
    });
  }
}
