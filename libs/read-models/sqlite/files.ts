import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { sql } from 'kysely';
import type { Connections, Outlook, Place } from '../place.js';
import type { Tx } from '../projection.js';
import type { ReadDatabase } from '../schema.js';
import { openReader, openWriter } from './connection.js';

/** Of the write-ahead log: whether somebody was in the way, how many pages it holds, how many of them are in their place. */
interface Checkpointed {
  readonly busy: number;
  readonly log: number;
  readonly checkpointed: number;
}

/** Generations as files of SQLite: `data/read.db` has `data/read.1.db`, `data/read.2.db` … */
export class SqliteFiles implements Place {
  private readonly folder: string;
  private readonly stem: string;
  private readonly extension: string;

  constructor(file: string) {
    this.folder = dirname(file);
    this.extension = extname(file);
    this.stem = basename(file, this.extension);
  }

  async numbers(): Promise<readonly number[]> {
    const pattern = new RegExp(`^${escaped(this.stem)}\\.(\\d+)${escaped(this.extension)}$`);
    const names = existsSync(this.folder) ? readdirSync(this.folder) : [];
    return names
      .flatMap((name) => pattern.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  }

  async look(number: number): Promise<Outlook> {
    const reader = openReader<ReadDatabase>(this.path(number));
    return { reader, close: () => reader.destroy() };
  }

  async claim(): Promise<void> {
    // Whoever holds the data folder has it.
  }

  async create(number: number, fill: (tx: Tx) => Promise<void>): Promise<Connections> {
    mkdirSync(this.folder, { recursive: true });
    // It holds in the clear what the log keeps sealed: for nobody else's eyes. SQLite gives its side files the same mode.
    closeSync(openSync(this.path(number), 'w', 0o600));
    const opened = await this.open(number);
    try {
      await opened.writer.transaction().execute(fill);
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  async open(number: number): Promise<Connections> {
    const writer = openWriter<ReadDatabase>(this.path(number));
    const reader = openReader<ReadDatabase>(this.path(number));
    return {
      writer,
      reader,
      // The rows are overwritten already (secure_delete); the write-ahead log still has them. Whoever reads what was before is not waited for.
      scrub: async () => {
        const moved = await sql<Checkpointed>`pragma wal_checkpoint(passive)`.execute(writer);
        if (moved.rows.some(({ log, checkpointed }) => checkpointed < log)) return false;
        const emptied = await sql<Checkpointed>`pragma wal_checkpoint(truncate)`.execute(writer);
        return emptied.rows.every(({ busy }) => busy === 0);
      },
      close: async () => {
        await reader.destroy();
        await writer.destroy();
      },
    };
  }

  async remove(number: number): Promise<void> {
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.path(number) + suffix, { force: true });
  }

  async removeAll(): Promise<void> {
    for (const number of await this.numbers()) await this.remove(number);
  }

  async close(): Promise<void> {
    // Each generation has connections of its own.
  }

  private path = (number: number): string => join(this.folder, `${this.stem}.${number}${this.extension}`);
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
