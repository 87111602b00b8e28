import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PrivateFileError, readPrivateFile } from '#access';
import { CommandFailed } from '../command.js';

/** The name of a key: 16 hexadecimal digits of the SHA-256 of its public half. */
export const nameOf = (key: KeyObject): string =>
  createHash('sha256')
    .update((key.type === 'private' ? createPublicKey(key as never) : key).export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

/** The key that signs; a file for its owner alone, as `openssl genpkey -algorithm ed25519` makes it. @throws CommandFailed */
export function signingKey(file: string): KeyObject {
  try {
    const pem = readPrivateFile(file);
    if (pem === null) throw new CommandFailed(`there is no key at ${file}`, 3);
    return ed25519(createPrivateKey(pem), file);
  } catch (error) {
    throw asTold(error, file);
  }
}

/** The public half of the key that signed. @throws CommandFailed */
export function checkingKey(file: string): KeyObject {
  try {
    return ed25519(createPublicKey(readFileSync(file)), file);
  } catch (error) {
    throw asTold(error, file);
  }
}

function ed25519(key: KeyObject, file: string): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new CommandFailed(`${file} holds no Ed25519 key`, 2);
}

function asTold(error: unknown, file: string): Error {
  if (error instanceof CommandFailed) return error;
  const { name, message } = error as Error;
  return name === PrivateFileError.name
    ? new CommandFailed(message, 3)
    : new CommandFailed(`${file} holds no key in PEM that can be read`, 2);
}
