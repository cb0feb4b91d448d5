// What the service counts, as Prometheus reads it; the only importer of prom-client.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const seconds = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** Every service has its own: several in one process do not mix. */
export class Meters {
  private readonly registry = new Registry();
  private readonly own = { registers: [this.registry] };

  readonly requests = new Counter({
    name: 'blemish_requests_total',
    help: 'Requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    ...this.own,
  });
  readonly requestSeconds = new Histogram({
    name: 'blemish_request_seconds',
    help: 'Seconds from a request to its answer.',
    labelNames: ['route'],
    buckets: seconds,
    ...this.own,
  });
  readonly pictures = new Counter({
    name: 'blemish_pictures_total',
    help: 'Pictures answered, by model and outcome: normal, anomalous, unjudged (no threshold), or the code of what was wrong.',
    labelNames: ['model', 'outcome'],
    ...this.own,
  });
  readonly pictureSeconds = new Histogram({
    name: 'blemish_picture_seconds',
    help: 'Seconds from the admission of a picture to its result.',
    labelNames: ['model'],
    buckets: seconds,
    ...this.own,
  });
  readonly groups = new Histogram({
    name: 'blemish_group_pictures',
    help: 'Pictures that were handed to the detector together.',
    labelNames: ['model'],
    buckets: [1, 2, 4, 8, 16, 32, 64],
    ...this.own,
  });
  readonly groupWait = new Histogram({
    name: 'blemish_group_wait_seconds',
    help: 'Seconds that the first of a group waited before the group was handed on.',
    labelNames: ['model'],
    buckets: [0.0005, 0.001, 0.002, 0.005, ...seconds.slice(2)],
    ...this.own,
  });
  readonly refused = new Counter({ name: 'blemish_refused_total', help: 'Requests that were not served, by code.', labelNames: ['code'], ...this.own });
  readonly failures = new Counter({ name: 'blemish_failures_total', help: 'Runs of a detector that failed.', labelNames: ['model'], ...this.own });

  /**
   * @param pending pictures that are admitted and not yet answered, by model
   * @param heldBytes bytes of bodies in memory
   */
  constructor(pending: () => Iterable<readonly [model: string, count: number]>, heldBytes: () => number) {
    collectDefaultMetrics({ register: this.registry, prefix: 'blemish_' });
    new Gauge({
      name: 'blemish_pending_pictures',
      help: 'Pictures that are admitted and not yet answered.',
      labelNames: ['model'],
      ...this.own,
      collect() {
        for (const [model, count] of pending()) this.set({ model }, count);
      },
    });
    new Gauge({
      name: 'blemish_held_bytes',
      help: 'Bytes of request bodies in memory.',
      ...this.own,
      collect() {
        this.set(heldBytes());
      },
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
