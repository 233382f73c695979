import * as fc from 'fast-check';

/** The data models of a round's connection. */
export const MODELS = ['INVOICES', 'CONTACTS', 'ITEMS', 'BILLS', 'ACCOUNTS', 'TAX_RATES'] as const;
export type Model = (typeof MODELS)[number];

/**
 * One thing that people, the platform or bad luck do. `pick` and `picks` choose among what there is then; every event
 * is followed by a pause.
 */
export type Event = { readonly pauseMs: number } & Act;

export type Act =
  | { readonly kind: 'change'; readonly model: Model; readonly picks: readonly number[] }
  | { readonly kind: 'insert'; readonly model: Model; readonly count: number }
  | { readonly kind: 'delete'; readonly model: Model; readonly picks: readonly number[] }
  | { readonly kind: 'empty'; readonly model: Model; readonly share: number }
  | { readonly kind: 'reinsert'; readonly model: Model; readonly picks: readonly number[] }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'heal' }
  | { readonly kind: 'sync'; readonly ask: SyncAsk }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'cancel'; readonly pick: number }
  | { readonly kind: 'config'; readonly model: Model; readonly change: ConfigChange }
  | { readonly kind: 'pause' | 'resume' | 'disconnect' | 'reconnect' }
  | { readonly kind: 'limits'; readonly limits: Readonly<Record<string, number>> }
  | { readonly kind: 'clock'; readonly offsetMs: number }
  | { readonly kind: 'tick'; readonly models: readonly Model[] }
  | { readonly kind: 'kill'; readonly worker: number };

/** As the sandbox's control interface takes it; without a model it strikes any. */
export interface Fault {
  readonly kind: string;
  readonly model: Model | null;
  readonly after_requests: number;
  readonly times: number;
  readonly status?: number;
  readonly retry_after?: number;
  readonly ms?: number;
}

export interface SyncAsk {
  readonly mode: 'incremental' | 'full' | 'full, mass delete' | 'from_date';
  /** Empty = all enabled ones. */
  readonly models: readonly Model[];
  readonly daysBack: number;
}

export interface ConfigChange {
  readonly frequency: string;
  readonly enabled: boolean;
  /** History begins so many days ago; null = all history. */
  readonly daysBack: number | null;
  readonly priority: number;
}

export interface Plan {
  readonly events: readonly Event[];
  /**
   * Whether time passes at the platform thousands of times faster, from some days ago towards now: a watermark that is a
   * little ahead of what was read is then not forgiven by the overlap of two pulls. Else its clock is sometimes wrong.
   */
  readonly hasFastClock: boolean;
}

/** The events of a round: the same for the same seed and sizes. */
export function planOf(seed: number, size: { events: number; kills: number }): Plan {
  const parameters = { seed, numRuns: 1, unbiased: true };
  const [events = []] = fc.sample(
    fc.array(event, { minLength: size.events, maxLength: size.events, size: 'max' }),
    parameters,
  );
  const [kills = []] = fc.sample(
    fc.array(fc.nat(1), { minLength: size.kills, maxLength: size.kills, size: 'max' }),
    parameters,
  );
  const [hasFastClock = true] = fc.sample(fc.boolean(), parameters);
  const own = hasFastClock ? events.filter(({ kind }) => kind !== 'clock') : events;
  return { events: withKills(own, kills), hasFastClock };
}

/** Spread over the first two thirds, so that the end of a round need not wait for them. */
function withKills(events: readonly Event[], kills: readonly number[]): Event[] {
  const every = Math.floor((events.length * 2) / 3 / Math.max(1, kills.length));
  const all = [...events];
  kills.forEach((worker, n) => {
    all.splice(Math.floor(every / 2) + n * (every + 1), 0, { kind: 'kill', worker, pauseMs: 100 });
  });
  return all;
}

const model = fc.constantFrom(...MODELS);
const models = fc.subarray([...MODELS]);
const picks = (most: number) => fc.array(fc.nat(9_999), { minLength: 1, maxLength: most });

const struck = { after_requests: fc.nat(3), times: fc.integer({ min: 1, max: 4 }) };
const anyModel = fc.option(model, { freq: 1 });
const ms = (min: number, max: number) => fc.integer({ min, max });

const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('status'),
      model: anyModel,
      status: fc.constantFrom(500, 502, 503, 504, 408),
      ...struck,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('status'),
      model: anyModel,
      status: fc.constantFrom(503, 429),
      retry_after: fc.integer({ min: 1, max: 3 }),
      after_requests: struck.after_requests,
      times: fc.constant(1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('status'),
      model: model.map((each): Model | null => each),
      status: fc.constantFrom(500, 503),
      after_requests: struck.after_requests,
      times: fc.constant(0),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom('timeout', 'slow'),
      model: anyModel,
      ms: ms(200, 2_000),
      ...struck,
    }),
  },
  {
    weight: 27,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'reset',
        'truncate',
        'empty_page',
        'duplicate_page',
        'malformed_record',
        'expire_cursor',
      ),
      model: anyModel,
      ...struck,
    }),
  },
  {
    // Twice in a row would rightly count as credentials that are dead.
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('expire_token'),
      model: anyModel,
      after_requests: struck.after_requests,
      times: fc.constant(1),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('shuffle'), model: anyModel, ...struck }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('revoke_token'),
      model: anyModel,
      after_requests: struck.after_requests,
      times: fc.constant(1),
    }),
  },
);

const ask = fc.record({
  mode: fc.oneof(
    { weight: 5, arbitrary: fc.constant<SyncAsk['mode']>('incremental') },
    { weight: 3, arbitrary: fc.constant<SyncAsk['mode']>('full') },
    { weight: 2, arbitrary: fc.constant<SyncAsk['mode']>('full, mass delete') },
    { weight: 2, arbitrary: fc.constant<SyncAsk['mode']>('from_date') },
  ),
  models,
  daysBack: fc.constantFrom(5, 30, 200, 2_000),
});

const configChange = fc.record({
  frequency: fc.constantFrom('MINUTELY', 'HOURLY', 'DAILY', 'NEVER'),
  enabled: fc.nat(4).map((n) => n > 0),
  daysBack: fc.option(fc.constantFrom(5, 60, 180), { freq: 2 }),
  priority: fc.integer({ min: 1, max: 9 }),
});

const limits = fc.constantFrom<Readonly<Record<string, number>>>(
  {},
  {},
  { per_second: 6 },
  { per_second: 15 },
  { per_minute: 400 },
  { concurrent: 1 },
  { concurrent: 2, per_second: 20 },
);

const clockOffset = fc.constantFrom(0, 0, -60_000, 120_000, 3_600_000);

function weighted(weight: number, arbitrary: fc.Arbitrary<Act>) {
  return { weight, arbitrary };
}

const act: fc.Arbitrary<Act> = fc.oneof(
  weighted(16, fc.record({ kind: fc.constant('change'), model, picks: picks(25) })),
  weighted(7, fc.record({ kind: fc.constant('insert'), model, count: ms(1, 25) })),
  weighted(7, fc.record({ kind: fc.constant('delete'), model, picks: picks(8) })),
  weighted(3, fc.record({ kind: fc.constant('empty'), model, share: fc.constantFrom(0.5, 1) })),
  weighted(6, fc.record({ kind: fc.constant('reinsert'), model, picks: picks(6) })),
  weighted(40, fc.record({ kind: fc.constant('fault'), fault })),
  weighted(6, fc.record({ kind: fc.constant('heal') })),
  weighted(22, fc.record({ kind: fc.constant('sync'), ask })),
  weighted(6, fc.record({ kind: fc.constant('refresh') })),
  weighted(3, fc.record({ kind: fc.constant('cancel'), pick: fc.nat(4) })),
  weighted(7, fc.record({ kind: fc.constant('config'), model, change: configChange })),
  weighted(2, fc.record({ kind: fc.constant('pause') })),
  weighted(3, fc.record({ kind: fc.constant('resume') })),
  weighted(1, fc.record({ kind: fc.constant('disconnect') })),
  weighted(4, fc.record({ kind: fc.constant('reconnect') })),
  weighted(4, fc.record({ kind: fc.constant('limits'), limits })),
  weighted(3, fc.record({ kind: fc.constant('clock'), offsetMs: clockOffset })),
  weighted(16, fc.record({ kind: fc.constant('tick'), models })),
);

const event: fc.Arbitrary<Event> = fc
  .tuple(act, ms(20, 900))
  .map(([what, pauseMs]) => ({ ...what, pauseMs }));
