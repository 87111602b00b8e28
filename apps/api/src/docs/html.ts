import { createHash } from 'node:crypto';
import { TextAnswer } from '../http/answer.js';

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

type Piece = Html | string | number | readonly Piece[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Whatever is not Html is escaped. */
export const html = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html =>
  new Html(String.raw({ raw: strings }, ...pieces.map(textOf)));

function textOf(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(textOf).join('');
  return String(piece).replaceAll(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
}

/** The words of the catalogue mark code with backticks. */
export const prose = (text: string): Html => new Html(textOf(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>'));

const STYLE = `
:root{color-scheme:light dark;--ink:light-dark(#1b2430,#e6e9ee);--faint:light-dark(#5b6675,#9aa5b4);--line:light-dark(#d9dee5,#39424e);--paper:light-dark(#fff,#14181e);--mark:light-dark(#f3f6f9,#1e242c);--link:light-dark(#0b5cad,#7ab8ff)}
*{box-sizing:border-box}body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
header,main,footer{max-width:60rem;margin:0 auto;padding:0 1.25rem}header{padding-top:1.5rem}footer{padding:2rem 1.25rem;color:var(--faint)}
a{color:var(--link)}a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
h1{font-size:1.9rem;line-height:1.2;margin:.5rem 0}h2{margin-top:2.2rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}h3{margin:1.6rem 0 .3rem;font-size:1rem}
nav a{margin-right:1.1rem}code,pre{font-family:ui-monospace,monospace;font-size:.88em}pre{background:var(--mark);padding:.9rem;overflow:auto;border-radius:6px}code{background:var(--mark);padding:.1em .3em;border-radius:4px}pre code{padding:0}
table{border-collapse:collapse;width:100%;font-size:.94em}th,td{text-align:left;vertical-align:top;padding:.4rem .7rem .4rem 0;border-bottom:1px solid var(--line)}
.method{display:inline-block;min-width:3.2rem;font-weight:700}.faint{color:var(--faint)}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
/** A browser takes the hash of all that stands between the tags: a blank more, and it leaves the page without style. */
const STYLE_SHEET = new Html(`<style>${STYLE}</style>`);

/** A whole page: one style sheet, no script; the policy allows exactly that style sheet. */
export function page(title: string, body: Html, status = 200): TextAnswer {
  const text = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Followthrough</title>
        ${STYLE_SHEET}
      </head>
      <body>
        <header>
          <nav aria-label="Main">
            <a href="/">Followthrough</a><a href="/docs">API guide</a><a href="/openapi.json">OpenAPI</a
            ><a href="/health/ready">Health</a>
          </nav>
        </header>
        <main>${body}</main>
        <footer>
          Followthrough is open source under the Apache License 2.0. Not a medical device; do not use with real patients
          without the checks your law asks for.
        </footer>
      </body>
    </html>`.text;
  return new TextAnswer(
    'text/html; charset=utf-8',
    text,
    {
      'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    },
    status,
  );
}
