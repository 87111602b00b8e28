import { ROLES, type Role } from '#care';
import { seesOnlyOwnPatients } from './authorisation.js';
import { MATRIX, PUBLIC, type Endpoint } from './matrix.js';

const YES = '●';
const OWN = '◐';

/** The matrix as Markdown, for docs: generated, so that what is published is what is enforced. */
export function matrixTable(): string {
  const head = ['Endpoint', 'Operation', ...ROLES];
  const rows = MATRIX.map(rowOf);
  const open = PUBLIC.map(({ method, path }) => `\`${method} ${path}\``).join(', ');
  return [
    line(head),
    line(head.map((_, at) => (at < 2 ? '---' : ':-:'))),
    ...rows.map(line),
    '',
    `${YES} allowed · ${OWN} allowed, for the provider’s own patients · empty: denied. What is not listed is denied.`,
    '',
    `Without an identity: ${open}.`,
    '',
  ].join('\n');
}

function rowOf(endpoint: Endpoint): string[] {
  const { method, path, operation } = endpoint;
  return [`\`${method} ${path}\``, `\`${operation}\``, ...ROLES.map((role) => markOf(endpoint, role))];
}

function markOf({ roles, method, path }: Endpoint, role: Role): string {
  if (!roles.includes(role)) return '';
  return seesOnlyOwnPatients(role) && isAboutPatients(method, path) ? OWN : YES;
}

/** To refer is open to any provider, of any patient; it opens no record. */
function isAboutPatients(method: Endpoint['method'], path: string): boolean {
  return /^\/v1\/(episodes|patients\/|worklist)/.test(path) || (method === 'GET' && path === '/v1/referrals');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
