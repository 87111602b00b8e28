import canonicalize from 'canonicalize';
import { EventStoreError } from './port.js';

/**
 * RFC 8785 canonical JSON: one text per value, whatever the order of its keys.
 * @throws EventStoreError `invalid` for what JSON cannot carry exactly (NaN, infinity, a lone surrogate, a cycle); the value is not named.
 */
export function canonical(value: unknown): string {
  // The engine's JSON.stringify is several times as fast as the library, and gives the same text for all that `ordered` lets through,
  // lone surrogates aside, which it escapes.
  const plain = ordered(value, 0);
  const fast = plain === BEYOND ? undefined : JSON.stringify(plain);
  if (fast !== undefined && !fast.includes('\\ud')) return fast;
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new EventStoreError('invalid', `not canonical JSON: ${(cause as Error).message}`);
  }
  if (text === undefined) throw new EventStoreError('invalid', 'not canonical JSON: nothing to write');
  return text;
}

/** What only the library decides: keys that an engine would reorder, values JSON has no exact form for, classes, depth. */
const BEYOND = Symbol('beyond the fast path');
const MAX_DEPTH = 32;
/** An engine puts keys that look like array indices first, and `__proto__` is no plain key. */
const PLAIN_KEY = /^[A-Za-z$][A-Za-z0-9_$.-]*$/;

/** The value with all keys in canonical order, itself when they are already; or BEYOND. */
function ordered(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : BEYOND;
    case 'object':
      break;
    default:
      return BEYOND;
  }
  if (value === null) return null;
  if (depth === MAX_DEPTH) return BEYOND;
  if (Array.isArray(value)) return orderedArray(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null
    ? orderedObject(value as Record<string, unknown>, depth)
    : BEYOND;
}

function orderedArray(value: readonly unknown[], depth: number): unknown {
  let copy: unknown[] | undefined;
  for (let i = 0; i < value.length; i += 1) {
    const each = ordered(value[i], depth + 1);
    if (each === BEYOND) return BEYOND;
    if (each !== value[i]) (copy ??= [...value])[i] = each;
  }
  return copy ?? value;
}

function orderedObject(value: Record<string, unknown>, depth: number): unknown {
  const keys = Object.keys(value);
  let changed: Record<string, unknown> | undefined;
  let inOrder = true;
  let before = '';
  for (const key of keys) {
    if (!PLAIN_KEY.test(key) || key === 'toJSON') return BEYOND;
    if (key < before) inOrder = false;
    before = key;
    const child = value[key];
    if (child === undefined) continue;
    const each = ordered(child, depth + 1);
    if (each === BEYOND) return BEYOND;
    if (each !== child) (changed ??= {})[key] = each;
  }
  if (inOrder && !changed) return value;
  const copy: Record<string, unknown> = {};
  for (const key of keys.sort()) copy[key] = changed?.[key] ?? value[key];
  return copy;
}
