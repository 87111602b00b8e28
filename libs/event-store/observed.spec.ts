import { expect, it } from '@jest/globals';
import { EventStoreError, openMemoryStore, type EventStore } from './index.js';
import { observed } from './observed.js';
import { sampleBatch } from './samples.js';

it('tells how each append ended, and changes nothing else', async () => {
  const told: string[] = [];
  const store = observed(openMemoryStore(), (outcome, seconds) => {
    expect(seconds).toBeGreaterThanOrEqual(0);
    told.push(outcome);
  });
  const batch = sampleBatch('episode-1', null);
  expect(await store.append(batch)).toMatchObject({ revision: 0 });
  await expect(store.append(sampleBatch('episode-1', null))).rejects.toBeInstanceOf(EventStoreError);
  expect(told).toEqual(['appended', 'wrong-expected-revision']);
  expect(await store.readStream('episode-1')).toHaveLength(1);
  expect((await store.head())?.hash).toBe(batch.events[0].hash);
});

it('knows a failure that is not the store’s own', async () => {
  const told: string[] = [];
  const broken = { ...openMemoryStore(), append: () => Promise.reject(new Error('broken')) } as EventStore;
  await expect(
    observed(broken, (outcome) => told.push(outcome)).append(sampleBatch('episode-1', null)),
  ).rejects.toThrow('broken');
  expect(told).toEqual(['failed']);
});
