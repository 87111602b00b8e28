import type { Verifier } from '#access';
import type { Unreadable } from '#care';
import type { Clock, Episodes, Organisations, Patients, PolicyBook } from '#door';
import type { Codec, EventStore } from '#event-store';
import type { Notices } from '#notices';
import type { ReadModels } from '#read-models';
import type { BeginRequest } from '#runtime';
import type { About } from './docs/about.js';
import type { HealthProbes } from './health/probes.js';
import type { AccessReason } from './http/access-reason.js';
import type { FaultLog } from './http/problem-filter.js';
import type { Metrics, Reading } from './metrics/metrics.js';

/** The Nest tokens under which the rest of the house is handed in; classes are injected under their own names. */
export const EPISODES = Symbol('episodes');
export const PATIENTS = Symbol('patients');
export const ORGANISATIONS = Symbol('organisations');
export const POLICIES = Symbol('policies');
export const CLOCK = Symbol('clock');
export const QUERIES = Symbol('queries');
export const VIEWS = Symbol('views');
export const LOG = Symbol('log');
export const CODEC = Symbol('codec');
export const PROBES = Symbol('probes');
export const OPERATIONS = Symbol('operations');
export const PUBLIC_URL = Symbol('public URL');
export const ACCESS_LOG = Symbol('access log');
export const NOTICES = Symbol('notices');
export const ABOUT = Symbol('about');
export const READINGS = Symbol('readings');

/** The doors as the API uses them. */
export type EpisodesDoor = Pick<
  Episodes,
  'handle' | 'knows' | 'load' | 'refusalOf' | 'refer' | 'knowsReferral' | 'import'
>;
export type PatientsDoor = Pick<Patients, 'handle' | 'load' | 'isPatient' | 'approveErasure'>;
export type OrganisationsDoor = Pick<Organisations, 'handle' | 'load'>;
export type Log = Pick<EventStore, 'readStream' | 'readAll' | 'subscribe' | 'head' | 'at'>;

/** Who was told, as the API asks for it. */
export type ToldNotices = Pick<Notices, 'page' | 'alertLoad'>;
export type PoliciesDoor = Pick<PolicyBook, 'policyFor' | 'policyByPin'>;

/** A state of the past: as the stream stood after a revision, or as it was known at an instant. */
export interface AsOf {
  readonly atRevision?: number;
  readonly asRecorded?: string;
}

/** How far the pathway with that adoption has come with the open episodes of an organisation. */
export interface RepinProgress {
  /** Revision of the adoption in the organisation's stream. */
  readonly revision: number;
  readonly episodes: number;
  readonly done: number;
  readonly waiting: number;
  readonly refused: number;
}

/** What an operator may ask of the background. */
export interface Operations {
  /** Of the newest adoption that the background knows of; null before the first. */
  repinProgress(organisation: string): RepinProgress | null;
  /** Whether there are workflows to be woken: Temporal can be reached. */
  canPoke(): boolean;
  /** Wakes the workflow of every open episode, slowly enough not to drown what is due; resolves when all are asked. */
  pokeOpen(request: {
    readonly since?: string;
    readonly rate?: number;
    readonly reason: 'rebuild' | 'restore' | 'deploy' | 'policy' | 'operator';
  }): Promise<unknown>;
}

/** A restricted record was opened by somebody outside its care team. Ids and codes only. */
export interface AccessLine {
  readonly access: 'restricted-record';
  readonly at: string;
  readonly operation: string;
  readonly patientId: string;
  /** Null when the record of the patient was opened, not that of an episode. */
  readonly episodeId: string | null;
  readonly actor: string;
  readonly role: string;
  readonly organisation: string;
  readonly reason: AccessReason | 'filing';
  readonly traceId: string;
}

/** Keeps a line for whoever looks after access. What cannot be kept is thrown, and the record stays closed. */
export type AccessLog = (line: AccessLine) => void;

/** Everything the API is made of. */
export interface ApiParts {
  readonly runtime: {
    readonly store: Log;
    readonly codec: Pick<Codec<Unreadable>, 'read'>;
    readonly clock: Clock;
    readonly episodes: EpisodesDoor;
    readonly patients: PatientsDoor;
    readonly organisations: OrganisationsDoor;
    readonly policies: PoliciesDoor;
  };
  readonly readModels: Pick<ReadModels, 'queries' | 'waitFor' | 'status'>;
  readonly verifier: Verifier;
  readonly probes: HealthProbes;
  readonly about: About;
  /** Where this API is reached from outside, without a slash at its end. */
  readonly publicUrl: string;
  /** Absent where nothing runs in the background of this process. */
  readonly operations?: Operations;
  /** Absent where nobody is told by this process. */
  readonly notices?: ToldNotices;
  /** Default: metrics of this API alone. */
  readonly metrics?: Metrics;
  /** What else Prometheus is told. */
  readonly readings?: () => readonly Reading[];
  /** Default: no traces are kept. */
  readonly beginRequest?: BeginRequest | undefined;
  readonly faultLog?: FaultLog;
  /** Default: standard output, one JSON object a line. */
  readonly accessLog?: AccessLog;
}
