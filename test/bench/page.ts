import { request, Agent } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import Fastify from 'fastify';
import type { Clinic } from './clinic.js';
import { compare, perSecond, type Measure } from './measure.js';
import { serve } from './served.js';

const CALLERS = 16;
const FOR_MS = 1200;

/** A caseload page of fifty over HTTP, beside bare Fastify that serves the same rows from the same kind of file. */
export async function caseloadPage(clinic: Clinic): Promise<Measure> {
  const served = await serve(clinic, 'read.db');
  const { authorization } = served;
  const ours = `${served.url}/v1/caseload?limit=50`;
  const page = JSON.parse(await get(ours, { authorization })) as { items: unknown[] };
  const bare = await bareServer(join(clinic.folder, 'bare-rows.db'), page.items);
  try {
    return await compare(
      `caseload page of ${page.items.length} over HTTP`,
      () => load(ours, { authorization }),
      'bare Fastify, the same rows from SQLite',
      () => load(bare.url, {}),
      0.7,
    );
  } finally {
    await bare.close();
    await served.close();
  }
}

async function bareServer(file: string, rows: readonly unknown[]): Promise<{ url: string; close(): Promise<void> }> {
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE caseload (n INTEGER PRIMARY KEY, row TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO caseload (row) VALUES (?)');
  for (const row of rows) insert.run(JSON.stringify(row));
  const select = db.prepare('SELECT row FROM caseload ORDER BY n LIMIT 50');
  const server = Fastify();
  server.get('/', () => ({ items: select.all().map(({ row }) => JSON.parse(row as string) as unknown), next: null }));
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return {
    url: `${url}/`,
    async close() {
      await server.close();
      db.close();
    },
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
const load = (url: string, headers: Record<string, string>): Promise<number> =>
  perSecond(FOR_MS, CALLERS, () => get(url, headers));

function get(url: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (body += part));
      response.on('end', () =>
        response.statusCode === 200 ? resolve(body) : reject(new Error(`${response.statusCode}: ${body}`)),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
