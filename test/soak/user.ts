import { z } from 'zod';
import { readPage } from '../support/wire';
import { type ConfigChange, MODELS, type Model, type SyncAsk } from './events';
import type { Ground } from './ground';

const DAY_MS = 86_400_000;
const ANSWER_LIMIT_MS = 20_000;

const made = z.object({ data: z.object({ rootfi_id: z.int(), rootfi_company_id: z.int() }) });
const requested = z.object({ data: z.object({ sync_id: z.string() }) });

/** What the API answers to one call. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Config = Map<Model, ConfigChange>;

/** A user of the API with one connection: knows its config, and which answers a call may get. */
export class User {
  readonly config: Config = new Map(
    MODELS.map((model) => [
      model,
      { frequency: FIRST_FREQUENCY[model], enabled: true, daysBack: null, priority: 5 },
    ]),
  );
  /** Ids of the syncs asked for, oldest first. */
  readonly syncs: string[] = [];
  companyId = 0;
  connectionId = 0;

  constructor(
    private readonly ground: Ground,
    private readonly tenant: string,
    private readonly onWrong: (what: string) => void,
  ) {}

  async connect(): Promise<void> {
    const answer = await this.call('POST', '/connections', {
      company_name: `Company of ${this.tenant}`,
      integration_type: 'ROOTFI_SANDBOX',
      credentials: { tenant_id: this.tenant },
      sync_config: this.#entries(),
    });
    const { data } = made.parse(answer.body);
    this.connectionId = data.rootfi_id;
    this.companyId = data.rootfi_company_id;
  }

  /** Asks for a sync. Answers its id, or null where it was refused rightly. */
  async sync(ask: SyncAsk): Promise<string | null> {
    const since = new Date(Date.now() - ask.daysBack * DAY_MS).toISOString();
    const models = ask.mode === 'from_date' && ask.models.length === 0 ? MODELS : ask.models;
    const answer = await this.call('POST', '/syncs', {
      company_id: this.companyId,
      integration_type: 'ROOTFI_SANDBOX',
      data_models_to_sync:
        ask.mode === 'from_date'
          ? models.map((model) => ({ data_model: model, sync_from: since }))
          : models,
      ...(ask.mode.startsWith('full') ? { full_sync: true } : {}),
      ...(ask.mode === 'full, mass delete' ? { allow_mass_delete: true } : {}),
    });
    const isEnabled = (model: Model) => this.config.get(model)?.enabled ?? false;
    const isAskWrong =
      models.some((model) => !isEnabled(model)) || !MODELS.some((model) => isEnabled(model));
    return this.#accepted(answer, `a ${ask.mode} sync`, isAskWrong);
  }

  async refresh(): Promise<string | null> {
    const answer = await this.call('POST', `${this.#own}/refresh`, {});
    const isAskWrong = ![...this.config.values()].some(({ enabled }) => enabled);
    return this.#accepted(answer, 'a refresh', isAskWrong);
  }

  async #accepted(answer: Answer, what: string, isAskWrong: boolean): Promise<string | null> {
    const isHealthy = (await this.status()) === 'HEALTHY';
    const rights = [
      ...(isAskWrong ? [400] : [200]),
      // Whichever of two reasons is found first is told.
      ...(isHealthy ? [] : [403]),
    ];
    if (!rights.includes(answer.status)) this.#wrong(what, answer);
    if (answer.status !== 200) return null;
    const { sync_id: syncId } = requested.parse(answer.body).data;
    this.syncs.push(syncId);
    return syncId;
  }

  /** Cancels one of the last syncs, ended or not. */
  async cancel(pick: number): Promise<void> {
    const syncId = this.syncs.at(-1 - (pick % Math.max(1, this.syncs.length)));
    if (syncId === undefined) return;
    await this.#must('POST', `/syncs/${syncId}/cancel`, {});
  }

  async configure(model: Model, change: ConfigChange): Promise<void> {
    this.config.set(model, change);
    await this.#putConfig();
  }

  /** Every model enabled, all its history, and no ticks for a long time. */
  async configureForEnd(): Promise<void> {
    for (const model of MODELS) {
      this.config.set(model, { frequency: 'YEARLY', enabled: true, daysBack: null, priority: 5 });
    }
    await this.#putConfig();
  }

  pause = () => this.#must('POST', `${this.#own}/pause`, {});
  resume = () => this.#must('POST', `${this.#own}/resume`, {});
  disconnect = () => this.#must('POST', `${this.#own}/disconnect`, {});
  reconnect = () =>
    this.#must('POST', `${this.#own}/reconnect`, { credentials: { tenant_id: this.tenant } });
  remove = () => this.#must('DELETE', this.#own);

  async status(): Promise<string> {
    const row = await this.ground.database.db.prisma.connection.findUniqueOrThrow({
      where: { id: BigInt(this.connectionId) },
    });
    return row.status;
  }

  /** All live records of a model, as the published client reads them. */
  async list(model: Model): Promise<Map<string, Record<string, unknown>>> {
    const all = new Map<string, Record<string, unknown>>();
    let next: string | undefined;
    do {
      const page = readPage(
        await this.ground.client.accounting[CLIENT[model]].list({
          rootfiCompanyIdEq: this.companyId,
          limit: 1000,
          ...(next === undefined ? {} : { next }),
        }),
      );
      for (const row of page.data) all.set(String(row['platform_unique_id']), row);
      next = page.next ?? undefined;
    } while (next !== undefined);
    return all;
  }

  async call(method: string, route: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.ground.url}/v3/core${route}`, {
      method,
      headers: { api_key: this.ground.apiKey, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  get #own(): string {
    return `/connections/${this.connectionId}`;
  }

  async #putConfig(): Promise<void> {
    await this.#must('PUT', `${this.#own}/sync_config`, { sync_config: this.#entries() });
  }

  #entries(): object[] {
    return [...this.config].map(([model, { frequency, enabled, daysBack, priority }]) => ({
      data_model: model,
      category: 'ACCOUNTING',
      enabled,
      frequency,
      interval: 1,
      priority,
      scope_access: { READ: true },
      ...(daysBack === null
        ? {}
        : { sync_from: new Date(Date.now() - daysBack * DAY_MS).toISOString().slice(0, 10) }),
    }));
  }

  async #must(method: string, route: string, body?: object): Promise<void> {
    const answer = await this.call(method, route, body);
    if (answer.status !== 200) this.#wrong(`${method} ${route}`, answer);
  }

  #wrong(what: string, { status, body }: Answer): void {
    this.onWrong(`the API answered ${what} with ${status} ${JSON.stringify(body)}`);
  }
}

/** The published client's names of the resources. */
const CLIENT = {
  INVOICES: 'invoices',
  CONTACTS: 'contacts',
  ITEMS: 'items',
  BILLS: 'bills',
  ACCOUNTS: 'accounts',
  TAX_RATES: 'taxRates',
} as const satisfies Record<Model, string>;

const FIRST_FREQUENCY: Record<Model, string> = {
  INVOICES: 'MINUTELY',
  CONTACTS: 'HOURLY',
  ITEMS: 'NEVER',
  BILLS: 'MINUTELY',
  ACCOUNTS: 'HOURLY',
  TAX_RATES: 'DAILY',
};
