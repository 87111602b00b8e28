import { PROBLEMS, type ProblemSlug } from '../http/problems.js';
import type { TextAnswer } from '../http/answer.js';
import { html, page, prose } from './html.js';

/** Where the `type` of a problem leads. */
export function problemPage(slug: ProblemSlug): TextAnswer {
  const { status, title, meaning } = PROBLEMS[slug];
  return page(
    title,
    html`<h1>${title}</h1>
      <p class="faint">Problem type <code>/problems/${slug}</code>, status ${status}</p>
      <p>${prose(meaning)}</p>
      <h2>As it is sent</h2>
      <pre><code>${JSON.stringify({ type: `/problems/${slug}`, title, status, detail: '…', instance: '/v1/…', traceId: '…' }, null, 2)}</code></pre>
      <p><a href="/docs#problems">All problem types</a></p>`,
  );
}
