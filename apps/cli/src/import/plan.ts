import { withMakers } from '#care';
import { appointmentActs } from './appointments.js';
import { consultActs } from './consult-reviews.js';
import { contactActs } from './contacts.js';
import { calendarOf, instantOf, parseDate, type Calendar } from './dates.js';
import type { Drafted } from './draft.js';
import { episodeActs, referralOf } from './episodes.js';
import { BadField, Fields } from './fields.js';
import { keyOf, ownId, sameContent } from './identity.js';
import { inClinicalOrder, type Sourced } from './order.js';
import { patientOf } from './patients.js';
import {
  refOf,
  type ImportPlan,
  type PlannedAct,
  type PlannedEpisode,
  type PlannedPatient,
  type RowRef,
} from './planned.js';
import { readTables, type Rejection, type Row, type SourceFile } from './read.js';
import { scaleActs } from './scale-results.js';

export interface PlanOptions {
  /** What the dates and times of the files mean. */
  readonly zone: string;
  /** The same of an episode whose site is named here. */
  readonly zones?: ReadonlyMap<string, string>;
  /** Moves every date by as much as the reference date of the examples (2026-11-02) has to move to fall on this one. */
  readonly asOf?: string;
  /** For episodes whose row names none. */
  readonly site?: string;
}

/** An episode while its rows are gathered. */
interface Gathered {
  readonly row: Row;
  readonly key: string;
  readonly patient: PlannedPatient;
  readonly referral: ReturnType<typeof referralOf>;
  readonly name: string | undefined;
  readonly acts: Sourced[];
}

/** What an import will ask of the door: pure, and the same for the same files. */
export function planImport(
  files: readonly SourceFile[],
  { zone, zones = new Map<string, string>(), asOf, site = 'main' }: PlanOptions,
): ImportPlan {
  const { rows, rejections, notes } = readTables(files);
  const calendar = calendarOf({ zone, ...(asOf === undefined ? {} : { asOf }) });
  return new Planning(calendar, zones, site, rejections).plan(rows, notes);
}

/** Gathers the rows of each table into patients and episodes; what cannot be placed is rejected by itself. */
class Planning {
  private readonly rejections: Rejection[];
  private readonly repeats: RowRef[] = [];
  private readonly patients = new Map<string, PlannedPatient>();
  private readonly episodes = new Map<string, Gathered[]>();
  private readonly seen = new Map<string, Row>();
  private readonly twins = new Map<string, number>();

  constructor(
    private readonly calendar: Calendar,
    private readonly zones: ReadonlyMap<string, string>,
    private readonly site: string,
    rejections: readonly Rejection[],
  ) {
    this.rejections = [...rejections];
  }

  plan(rows: readonly Row[], notes: readonly string[]): ImportPlan {
    const of = (table: Row['table']): readonly Row[] => rows.filter((row) => row.table === table);
    for (const row of of('patients')) this.trying(row, () => this.addPatient(row));
    for (const row of of('episodes')) this.trying(row, () => this.addEpisode(row));
    for (const gathered of this.episodes.values()) gathered.sort((a, b) => (a.referral.on < b.referral.on ? -1 : 1));
    this.withoutOverlaps();
    for (const table of ['contacts', 'scale-results', 'consult-reviews', 'appointments'] as const)
      for (const row of of(table)) this.trying(row, () => this.addActs(row));
    this.rejectIdle();
    const episodes = [...this.episodes.values()].flat().map((gathered) => this.planned(gathered));
    return {
      patients: [...this.patients.values()].filter(({ key }) => episodes.some(({ patient }) => patient.key === key)),
      episodes,
      rejections: this.rejections,
      notes,
      repeats: this.repeats,
      rows: [
        ...rows.map(refOf),
        ...this.rejections.flatMap(({ table, file, line }) =>
          table && !rows.some((row) => row.file === file && row.line === line) ? [{ table, file, line }] : [],
        ),
      ],
    };
  }

  private trying(row: Row, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof BadField)) throw error;
      this.reject(row, error.message);
    }
  }

  private reject(row: RowRef, reason: string): void {
    this.rejections.push({ ...refOf(row), kind: 'rejected', reason });
  }

  /** Whether the row is new; the same row again is skipped, another under its name is rejected. @throws BadField */
  private isNew(key: string, row: Row): boolean {
    const before = this.seen.get(key);
    if (!before) this.seen.set(key, row);
    else if (sameContent(before, row)) this.repeats.push(refOf(row));
    else throw new BadField(`the row in line ${before.line} of ${before.file} has the same id and other content`);
    return !before;
  }

  private addPatient(row: Row): void {
    const fields = new Fields(row, this.calendar);
    const id = fields.required('patient_id');
    const key = keyOf('patients', id);
    if (this.isNew(key, row)) this.patients.set(id, { key, details: patientOf(fields), source: refOf(row) });
  }

  private addEpisode(row: Row): void {
    const fields = new Fields(row, this.calendar);
    const id = fields.required('patient_id');
    const patient = this.patients.get(id);
    if (!patient) throw new BadField('there is no good row of this patient among the patients');
    const referral = referralOf(fields, this.site);
    const name = fields.text('episode_id');
    const key = keyOf('episodes', id, name ?? referral.on);
    if (!this.isNew(key, row)) return;
    const gathered: Gathered = { row, key, patient, referral, name, acts: [] };
    this.take(gathered, row, key, episodeActs(fields));
    this.episodes.set(id, [...(this.episodes.get(id) ?? []), gathered]);
  }

  /** A patient has one open episode at a time: a row that says otherwise would be told into the wrong one. */
  private withoutOverlaps(): void {
    for (const [id, gathered] of this.episodes) {
      const good: Gathered[] = [];
      for (const one of gathered) {
        const open = good.find(({ acts }) => !acts.some(({ part, on }) => part === 'ended' && on <= one.referral.on));
        if (open)
          this.reject(
            one.row,
            `the patient's episode of line ${open.row.line} (${open.row.file}) has not ended by then`,
          );
        else good.push(one);
      }
      this.episodes.set(id, good);
    }
  }

  private addActs(row: Row): void {
    const fields = new Fields(row, this.calendar);
    const episode = this.episodeOf(fields);
    const id = ownId(row);
    const key = id === undefined ? this.naturalKey(fields) : keyOf(row.table, id);
    if (this.isNew(key, row)) this.take(episode, row, key, this.acts(fields, episode));
  }

  private acts(fields: Fields, episode: Gathered): Drafted {
    switch (fields.row.table) {
      case 'contacts':
        return contactActs(fields);
      case 'scale-results':
        return scaleActs(fields);
      case 'consult-reviews':
        return consultActs(fields);
      default:
        return appointmentActs(fields, episode.referral.on);
    }
  }

  private take(episode: Gathered, row: Row, key: string, { drafts, problems }: Drafted): void {
    for (const draft of drafts)
      episode.acts.push({ ...draft, rowKey: key, source: refOf(row), place: episode.acts.length });
    for (const problem of problems) this.reject(row, problem);
  }

  /** The episode that the row names, else the patient's latest that had begun by its date. @throws BadField */
  private episodeOf(fields: Fields): Gathered {
    const episodes = this.episodes.get(fields.required('patient_id'));
    if (!episodes || episodes.length === 0) throw new BadField('there is no good row of an episode of this patient');
    const name = fields.text('episode_id');
    if (name !== undefined) {
      const named = episodes.find((episode) => episode.name === name);
      if (!named) throw new BadField(`there is no good row of episode "${name.slice(0, 40)}" of this patient`);
      return named;
    }
    const on = parseDate(fields.text(DATE_OF[fields.row.table] ?? '') ?? '');
    return episodes.findLast(({ referral }) => on !== null && referral.on <= on) ?? episodes[0]!;
  }

  /** Without an id of its own a row is known by what does not change; twins are told apart by their order. */
  private naturalKey({ row }: Fields): string {
    const { table, values } = row;
    const dateColumn = DATE_OF[table] ?? '';
    const date = parseDate(values[dateColumn] ?? '') ?? values[dateColumn] ?? '';
    const key = keyOf(
      table,
      ...['patient_id', 'episode_id'].map((column) => values[column] ?? ''),
      date,
      values['time'] ?? '',
      values['kind'] ?? values['instrument'] ?? '',
    );
    const twin = (this.twins.get(key) ?? 0) + 1;
    this.twins.set(key, twin);
    return twin === 1 ? key : `${key}~${twin}`;
  }

  private rejectIdle(): void {
    const busy = new Set([...this.episodes.values()].flat().map(({ patient }) => patient.key));
    for (const { key, source } of this.patients.values())
      if (!busy.has(key)) this.reject(source, 'there is no good row of an episode of this patient');
  }

  private planned({ row, key, patient, referral, acts }: Gathered): PlannedEpisode {
    const isOnSomething = ({ about, rowKey }: Sourced): boolean =>
      about === undefined || acts.some((act) => act.rowKey === rowKey && act.part === about);
    for (const act of acts) if (!isOnSomething(act)) this.reject(act.source, `its ${act.about} cannot be imported`);
    const ordered = inClinicalOrder(acts.filter(isOnSomething));
    const calendar = { ...this.calendar, zone: this.zones.get(referral.details.site) ?? this.calendar.zone };
    const planned = ordered.map(({ part, rowKey, on, time, command, source }): PlannedAct => ({
      key: `${rowKey}#${part}`,
      command: withMakers(command, (made) => `${rowKey}${made}`),
      occurredAt: instantOf(on, time, calendar),
      source,
    }));
    return {
      patient,
      referral: {
        key: `${key}#referral`,
        occurredAt: instantOf(referral.on, referral.time, calendar),
        details: referral.details,
        source: refOf(row),
      },
      acts: planned,
    };
  }
}

const DATE_OF: Readonly<Partial<Record<Row['table'], string>>> = {
  contacts: 'contact_on',
  'scale-results': 'taken_on',
  'consult-reviews': 'reviewed_on',
  appointments: 'appointment_on',
};
