import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';

// Two copies of protobufjs know nothing of each other's types, and replaying a history from JSON then fails.
it.each(['@temporalio/proto', '@temporalio/common', '@temporalio/client', '@temporalio/worker'])(
  '%s uses the protobufjs that we pin',
  (name) => {
    const ours = createRequire(import.meta.url);
    const theirs = createRequire(ours.resolve(name));
    const reached = name === '@temporalio/client' ? createRequire(theirs.resolve('@temporalio/proto')) : theirs;
    expect(reached.resolve('protobufjs')).toBe(ours.resolve('protobufjs'));
  },
);
