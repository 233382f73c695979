import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { differences } from '../support/differences';
import type { Dice } from '../support/dice';
import type { Installation } from '../support/installation';
import type { SandboxControl } from '../support/sandbox-control';
import { until } from '../support/until';
import { readPage } from '../support/wire';
import { type Answer, ask } from './ask';

const TENANT = 'load';
const RESOURCES = ['invoices', 'contacts'] as const;
const REQUEST_EVERY_MS = 150;
const CHANGE_EVERY_MS = 200;
const SYNC_LIMIT_MS = 150_000;

type Row = Record<string, unknown>;

/** A request for a sync with the key under which it may be repeated. */
interface Requested {
  readonly key: string;
  readonly body: object;
  answer: Answer;
}

/**
 * People at work while things break: they change data at the platform, ask for syncs of all kinds, read, and look at
 * the health of the API, several times a second. Every answer is kept.
 */
export class Load {
  readonly answers: Answer[] = [];
  readonly requested: Requested[] = [];
  readonly #installation: Installation;
  readonly #platform: SandboxControl;
  readonly #dice: Dice;
  readonly #apiKey: string;
  readonly #company: number;
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #timers: NodeJS.Timeout[] = [];
  #turn = 0;
  #changes = 0;

  private constructor(
    installation: Installation,
    platform: SandboxControl,
    dice: Dice,
    company: number,
  ) {
    this.#installation = installation;
    this.#platform = platform;
    this.#dice = dice;
    this.#company = company;
    this.#apiKey = readFileSync(path.join(installation.home, 'api-key'), 'utf8').trim();
  }

  /** Connects a tenant whose pages come slowly enough that something is always under way. */
  static async connect(
    installation: Installation,
    dice: Dice,
    platform = installation.sandbox,
  ): Promise<Load> {
    await platform.createTenant(TENANT, {
      seed: { invoices: 1_500, contacts: 300 },
      page_size: 100,
      latency_ms: 40,
    });
    const answer = await installation.call('POST', '/v3/core/connections', {
      company_name: 'Under load',
      integration_type: 'ROOTFI_SANDBOX',
      credentials: { tenant_id: TENANT },
      sync_config: ['INVOICES', 'CONTACTS'].map((model) => ({
        data_model: model,
        category: 'ACCOUNTING',
        enabled: true,
        frequency: 'MINUTELY',
        interval: 1,
        scope_access: { READ: true },
      })),
    });
    const { data } = z
      .object({ data: z.looseObject({ rootfi_company_id: z.number() }) })
      .parse(answer);
    return new Load(installation, platform, dice, data.rootfi_company_id);
  }

  start(): void {
    this.#timers.push(
      setInterval(() => this.#track(this.#request()), REQUEST_EVERY_MS),
      setInterval(() => this.#track(this.#change()), CHANGE_EVERY_MS),
    );
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.all(this.#inFlight);
  }

  /** Asks for a sync, now. */
  async sync(body: object = {}): Promise<Answer> {
    const key = randomUUID();
    const whole = { company_id: this.#company, integration_type: 'ROOTFI_SANDBOX', ...body };
    const answer = await this.#post(key, whole);
    this.requested.push({ key, body: whole, answer });
    return answer;
  }

  /** Asks for a sync and waits until it has succeeded; answers how long that took, in milliseconds. */
  async syncCarriedOut(limitMs: number): Promise<number> {
    const from = Date.now();
    const answer = await this.sync();
    const end = await this.#end(syncId(answer), limitMs);
    if (end.status !== 'SUCCESS') throw new Error(`Not carried out: ${JSON.stringify(end)}`);
    return Date.now() - from;
  }

  /** Requests that were not answered with a yes are repeated under their keys; then all must end SUCCESS. */
  async settle(): Promise<void> {
    await this.stop();
    for (const each of this.requested.filter(({ answer }) => answer.status !== 200)) {
      each.answer = await this.#post(each.key, each.body);
      if (each.answer.status !== 200) throw new Error(`Refused again: ${show(each.answer)}`);
    }
    // One after the other: hundreds that ask at once would be a load of their own.
    for (const { answer } of this.requested) {
      const end = await this.#end(syncId(answer));
      if (end.status !== 'SUCCESS') throw new Error(`Not carried out: ${JSON.stringify(end)}`);
    }
  }

  /** After a full sync the store must say what the platform says. Answers what differs. */
  async differences(): Promise<string[]> {
    const last = await this.sync({ full_sync: true, allow_mass_delete: true });
    const end = await this.#end(syncId(last));
    if (end.status !== 'SUCCESS') return [`the final full sync: ${JSON.stringify(end)}`];
    const found = await Promise.all(
      RESOURCES.map(async (resource) =>
        differences(await this.#stored(resource), await this.#platform.truth(TENANT, resource)),
      ),
    );
    return found.flat();
  }

  /** Reads, asks for syncs and looks at the health of the API, in turn. */
  async #request(): Promise<void> {
    const { url } = this.#installation;
    const key = this.#apiKey;
    this.#turn += 1;
    switch (this.#turn % 6) {
      case 0:
        await this.sync(this.#dice.below(1) < 0.25 ? { full_sync: true } : {});
        return;
      case 1:
        return this.#keep(ask(url, { path: '/healthz' }));
      case 2:
        return this.#keep(ask(url, { path: '/readyz' }));
      case 3:
        return this.#keep(ask(url, { path: '/v3/accounting/invoices?limit=50', key }));
      case 4:
        await this.sync({ data_models_to_sync: ['CONTACTS'] });
        return;
      default:
        return this.#keep(ask(url, { path: '/v3/core/syncs?limit=20', key }));
    }
  }

  async #keep(answer: Promise<Answer>): Promise<void> {
    this.answers.push(await answer);
  }

  async #post(key: string, body: object): Promise<Answer> {
    const answer = await ask(this.#installation.url, {
      method: 'POST',
      path: '/v3/core/syncs',
      key: this.#apiKey,
      idempotencyKey: key,
      body,
    });
    this.answers.push(answer);
    return answer;
  }

  /** A person at the platform; while it is down nobody changes anything there. */
  async #change(): Promise<void> {
    this.#changes += 1;
    const memo = `change ${this.#changes}`;
    const resource = RESOURCES[this.#changes % 2] ?? 'invoices';
    const field = resource === 'invoices' ? { memo } : { name: memo };
    try {
      const [id] = await this.#platform.insert(TENANT, resource, [field]);
      if (this.#changes % 3 === 0 && id !== undefined) {
        await this.#platform.remove(TENANT, resource, id);
      } else if (id !== undefined) {
        await this.#platform.change(TENANT, resource, id, field);
      }
    } catch {
      // Down at present.
    }
  }

  #track(act: Promise<unknown>): void {
    const tracked = act.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
  }

  #end(id: string, limitMs = SYNC_LIMIT_MS): Promise<{ sync_id: string; status: string }> {
    const { client } = this.#installation;
    return until(`sync ${id} to end`, limitMs, async () => {
      const { data } = await client.core.syncs.get(id);
      return ['SUCCESS', 'FAILED'].includes(data.status) ? data : null;
    });
  }

  async #stored(resource: (typeof RESOURCES)[number]): Promise<Map<string, Row>> {
    const all = new Map<string, Row>();
    let next: string | undefined;
    do {
      const page = readPage(
        await this.#installation.client.accounting[resource].list({
          rootfiCompanyIdEq: this.#company,
          limit: 1000,
          ...(next === undefined ? {} : { next }),
        }),
      );
      for (const row of page.data) all.set(String(row['platform_unique_id']), row);
      next = page.next ?? undefined;
    } while (next !== undefined);
    return all;
  }
}

function syncId(answer: Answer): string {
  return z.object({ data: z.looseObject({ sync_id: z.string() }) }).parse(answer.body).data.sync_id;
}

export function show(answer: Answer): string {
  return `${answer.what}: ${answer.status} after ${answer.ms} ms, ${JSON.stringify(answer.body)}`;
}
