/**
 * On every answer. JSON needs nothing from a browser; pages widen the policy by the hash of their own style sheet (docs/html.ts).
 * No CORS header is ever sent, so no other site's script can read an answer.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
