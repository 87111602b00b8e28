import { z } from 'zod';

const fromDigits = (sent: unknown): unknown =>
  typeof sent === 'string' && /^\d{1,15}$/.test(sent) ? Number(sent) : sent;

/** A whole number in an address: digits and nothing else, so that an empty value is not zero. */
export const wholeNumber = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z.preprocess(
    fromDigits,
    z
      .int({ error: ({ code }) => (code === 'invalid_type' ? 'not a whole number' : undefined) })
      .min(least)
      .max(most),
  );
