import type { Readiness } from '../health/readiness.js';
import type { TextAnswer } from '../http/answer.js';
import { VERSION } from '#runtime';
import type { About } from './about.js';
import { html, page, type Html } from './html.js';

/** The first page: what this is, whether it is well, where to go on. Nothing here is about anybody. */
export function homePage(about: About, readiness: Readiness, address: string): TextAnswer {
  const { temporalUi, tokenHint } = about;
  return page(
    'Every follow-up, on time',
    html`<h1>Followthrough</h1>
      <p>
        The backend of a Collaborative Care programme. Each patient episode is an append-only stream of events,
        everything the clinic owes a patient is a follow-up in it, and two independent wakers raise each follow-up on
        time, exactly once.
      </p>
      <h2>How it is</h2>
      <p>
        <strong
          >${readiness.ready ? (readiness.degraded.length === 0 ? 'Ready.' : 'Ready, with less than the full house.') : 'Not ready.'}</strong
        >
        <a href="/health/ready">The same as JSON</a>.
      </p>
      <table>
        <tbody>
          ${rows(readiness).map(
            ([name, words]) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${words}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <h2>Where to go on</h2>
      <ul>
        <li><a href="/docs">API guide</a>, and <a href="/openapi.json">OpenAPI 3.1</a> for machines</li>
        ${temporalUi === undefined ? '' : html`<li><a href="${temporalUi}">Temporal’s own pages</a>: each episode is a workflow; its timers say what it waits for</li>`}
        <li>
          Worklist: <code>GET /v1/worklist</code> · caseload: <code>GET /v1/caseload</code> · what happens, live:
          <code>GET /v1/events/stream</code>
        </li>
      </ul>
      ${
        tokenHint === undefined
          ? ''
          : html`<h2>A first request</h2>
              <pre><code>TOKEN=$(${tokenHint})
curl -s -H "Authorization: Bearer $TOKEN" ${address}/v1/worklist</code></pre>`
      }
      <p class="faint">Version ${VERSION}, profile ${about.profile}.</p>`,
  );
}

function rows({
  store,
  readModels,
  temporal,
  watchdog,
  oldestOverdueUnraised,
  degraded,
}: Readiness): [string, string | Html][] {
  return [
    ['Event store', store],
    [
      'Read models',
      readModels === null ? 'away' : `${readModels.lag} events behind the log, ${readModels.parked} set aside`,
    ],
    [
      'Temporal',
      temporal === null
        ? 'not in this process'
        : temporal.status === 'up'
          ? `up since ${temporal.since}`
          : `${temporal.status} since ${temporal.since}: the watchdog carries the follow-ups alone`,
    ],
    [
      'Watchdog',
      watchdog === null
        ? 'not in this process'
        : `last look ${watchdog.lastSweep ?? 'not yet'}, ${watchdog.heals} raises that the other waker missed`,
    ],
    ['Oldest step overdue and not raised', oldestOverdueUnraised ?? 'none'],
    ...(degraded.length === 0 ? [] : [['Degraded', degraded.join(', ')] as [string, string]]),
  ];
}
