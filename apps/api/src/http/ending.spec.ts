import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { openHouse } from '../testing/house.js';

it('a client that never ends its request does not keep a stopped server from ending', async () => {
  const house = await openHouse();
  const { episodeId } = await house.refer();
  await house.app.listen(0, '127.0.0.1');
  const server = house.app.getHttpServer();
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  const received = once(server, 'request');
  socket.write(
    [
      `POST /v1/episodes/${episodeId}/notes HTTP/1.1`,
      'Host: localhost',
      'Authorization: Bearer care-manager~cm-1~clinic',
      'Content-Type: application/json',
      'Idempotency-Key: never-ends',
      'Content-Length: 100',
      '\r\n{',
    ].join('\r\n'),
  );
  await received;
  await house.close();
  expect(server.listening).toBe(false);
  expect(await text(socket)).toBe('');
}, 60_000);
