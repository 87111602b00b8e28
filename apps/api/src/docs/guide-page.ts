import { MATRIX } from '#access';
import type { TextAnswer } from '../http/answer.js';
import { PROBLEMS } from '../http/problems.js';
import type { Route } from '../http/routes.js';
import { html, page, prose, type Html } from './html.js';
import { Schemas } from './json-schema.js';

/** The API for a reader: the rules that every endpoint keeps, then each endpoint, then each problem. */
export function guidePage(routes: readonly Route[]): TextAnswer {
  const shown = routes.filter(({ method, isPublic }) => method !== 'HEAD' && !isPublic);
  const tags = [...new Set(shown.map(({ contract }) => contract.tag))];
  return page(
    'API guide',
    html`<h1>API guide</h1>
      <p>The same as a machine reads it: <a href="/openapi.json">OpenAPI 3.1</a>.</p>
      ${RULES}
      <nav aria-label="Endpoints">
        ${tags.map((tag) => html`<a href="#${tag}">${tag}</a>`)}<a href="#problems">problems</a>
      </nav>
      ${tags.map(
        (tag) =>
          html`<h2 id="${tag}">${tag}</h2>
            ${shown.filter(({ contract }) => contract.tag === tag).map(endpoint)}`,
      )}
      <h2 id="problems">problems</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Status</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          ${Object.entries(PROBLEMS).map(
            ([slug, { status, title }]) =>
              html`<tr>
                <td><a href="/problems/${slug}">${slug}</a></td>
                <td>${status}</td>
                <td>${title}</td>
              </tr>`,
          )}
        </tbody>
      </table>`,
  );
}

const RULES = html`<h2>What every endpoint keeps</h2>
  <table>
    <tbody>
      <tr>
        <th scope="row">Who</th>
        <td>
          ${prose('`Authorization: Bearer <token>`. A role may do what the matrix allows; everything is within the organisation of the token.')}
        </td>
      </tr>
      <tr>
        <th scope="row">Once</th>
        <td>
          ${prose('Every POST needs an `Idempotency-Key`. A retry with the same key gets the first answer, marked `Idempotency-Replayed: true`; other content under the same key is 422.')}
        </td>
      </tr>
      <tr>
        <th scope="row">Based on</th>
        <td>
          ${prose('Acts that replace or decide something need `If-Match` with the `ETag` of the record: 428 without, 412 when a person acted in between.')}
        </td>
      </tr>
      <tr>
        <th scope="row">Reading your writes</th>
        <td>
          ${prose('A write answers with a `Consistency-Token`. Send it with a read and `Prefer: wait=2`; add `handling=strict` to get 503 rather than an older view.')}
        </td>
      </tr>
      <tr>
        <th scope="row">Pages</th>
        <td>
          ${prose('`limit` up to 200 and the opaque `cursor` that came as `next`; also as `Link: …; rel="next"`.')}
        </td>
      </tr>
      <tr>
        <th scope="row">When</th>
        <td>
          ${prose('An act may carry `occurredAt`, the instant it happened in the clinic; without it, it happened now.')}
        </td>
      </tr>
    </tbody>
  </table>`;

function endpoint({ method, path, contract }: Route): Html {
  const roles = MATRIX.find((row) => row.operation === contract.operation)?.roles ?? [];
  const body = contract.body && new Schemas();
  const schema =
    body && contract.body
      ? { ...body.input(contract.body), ...(Object.keys(body.components).length > 0 ? { $defs: body.components } : {}) }
      : null;
  return html`<section>
    <h3 id="${contract.operation}"><span class="method">${method}</span> <code>${path}</code></h3>
    <p>
      ${contract.summary}.${contract.description === undefined ? '' : html` ${prose(contract.description)}`}<br /><span
        class="faint"
        >${contract.operation} · ${roles.join(', ')}${contract.decides ? ' · needs If-Match' : ''}</span
      >
    </p>
    ${
      schema
        ? html`<details>
            <summary>Body</summary>
            <pre><code>${JSON.stringify(schema, null, 2)}</code></pre>
          </details>`
        : ''
    }
  </section>`;
}
