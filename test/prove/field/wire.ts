import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * `cut`: refused and closed · `silent`: connections stay open and nothing passes · `forgotten`: the same for those there are, new ones are well,
 * as when a firewall forgets them · `slow`: every piece comes late.
 */
export type WireState = 'well' | 'cut' | 'silent' | 'forgotten' | 'slow';

const SLOW_MS = 400;

/** A wire between a client and a port of this machine, which can be cut. */
export class Wire {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private state: WireState = 'well';
  private readonly server: Server;

  constructor(private readonly target: number) {
    this.server = createServer((near) => this.join(near));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as { port: number }).port;
  }

  turn(state: WireState): void {
    this.state = state;
    if (state === 'cut') this.hangUp();
    if (state === 'silent' || state === 'forgotten') for (const pair of this.pairs) for (const end of pair) end.pause();
    // What was held up in a silent connection is lost with it.
    if (state === 'well') this.hangUp();
  }

  close(): void {
    this.hangUp();
    this.server.close();
  }

  private hangUp(): void {
    for (const pair of this.pairs) for (const end of pair) end.destroy();
    this.pairs.clear();
  }

  private join(near: Socket): void {
    if (this.state === 'cut') return void near.destroy();
    const far = connect(this.target, '127.0.0.1');
    const pair = [near, far] as const;
    this.pairs.add(pair);
    this.carry(near, far, pair);
    this.carry(far, near, pair);
    if (this.state === 'silent') for (const end of pair) end.pause();
  }

  private carry(from: Socket, to: Socket, pair: readonly [Socket, Socket]): void {
    from.on('data', (piece) => {
      if (this.state !== 'slow') return void to.write(piece);
      setTimeout(() => to.destroyed || to.write(piece), SLOW_MS);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      to.destroy();
      this.pairs.delete(pair);
    });
  }
}
