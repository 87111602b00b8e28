import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** A number that somebody else keeps, as it is when it is asked for. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

const PREFIX = 'followthrough_';
const SECONDS_OF_WORK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SECONDS_OF_LATENESS = [1, 2, 5, 10, 30, 60, 120, 300, 900, 3_600, 86_400];

/** What Prometheus is told. Names, counts and times only: no label ever bears an id or anything about anybody. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = this.histogram('http_request_duration_seconds', {
    help: 'Requests by route, method and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS_OF_WORK,
  });
  private readonly appends = this.histogram('append_duration_seconds', {
    help: 'Appends to the event log by how they ended.',
    labelNames: ['outcome'],
    buckets: SECONDS_OF_WORK,
  });
  private readonly lateness = this.histogram('raise_lateness_seconds', {
    help: 'How long after its time each follow-up step was recorded as raised, by waker.',
    labelNames: ['waker'],
    buckets: SECONDS_OF_LATENESS,
  });
  /** The names of the readings as they were told last. */
  private told: ReadonlySet<string> = new Set();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    // To Prometheus a first raise is an increase only where a 0 stood before it.
    for (const waker of ['workflow', 'watchdog']) this.lateness.zero({ waker });
  }

  readonly contentType = this.registry.contentType;

  served(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }

  readonly appended = (outcome: string, seconds: number): void => this.appends.observe({ outcome }, seconds);

  /** By `system:workflow` or `system:watchdog`. */
  readonly raised = (by: string, steps: readonly { readonly lateMs: number }[]): void => {
    const waker = by.replace('system:', '');
    for (const { lateMs } of steps) this.lateness.observe({ waker }, Math.max(0, lateMs) / 1000);
  };

  /** The text that Prometheus reads, with these numbers as they are now. */
  text(readings: readonly Reading[]): Promise<string> {
    const names = new Set(readings.map((reading) => reading.name));
    // What is not known any more must not be told as it last was.
    for (const name of this.told) if (!names.has(name)) this.registry.removeSingleMetric(`${PREFIX}${name}`);
    this.told = names;
    for (const name of names)
      this.take(
        name,
        readings.filter((reading) => reading.name === name),
      );
    return this.registry.metrics();
  }

  private take(name: string, readings: readonly Reading[]): void {
    const [{ kind, help, labels = {} }] = readings as [Reading];
    const full = `${PREFIX}${name}`;
    this.registry.removeSingleMetric(full);
    const made = { name: full, help, labelNames: Object.keys(labels), registers: [this.registry] };
    const metric = kind === 'counter' ? new Counter(made) : new Gauge(made);
    for (const reading of readings) metric.inc({ ...reading.labels }, reading.value);
  }

  private histogram<T extends string>(
    name: string,
    more: { help: string; labelNames: readonly T[]; buckets: readonly number[] },
  ): Histogram<T> {
    const { help, labelNames, buckets } = more;
    return new Histogram({
      name: `${PREFIX}${name}`,
      help,
      labelNames: [...labelNames],
      buckets: [...buckets],
      registers: [this.registry],
    });
  }
}
