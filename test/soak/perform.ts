import { signalConnection } from '../../infra/temporal';
import type { Event, Model } from './events';
import type { Ground } from './ground';
import type { Platform } from './platform';
import type { Tally } from './tally';
import type { User } from './user';

/** What events happen to. */
export interface World {
  readonly ground: Ground;
  readonly platform: Platform;
  readonly user: User;
  readonly tally: Tally;
}

/** A connection that cannot be synced stays so for this many events at most: then somebody reconnects. */
const PATIENCE = 3;

/** Makes events happen, one after the other. */
export class Performer {
  #unhealthyFor = 0;

  constructor(private readonly world: World) {}

  async perform(event: Event): Promise<void> {
    await this.#act(event);
    this.world.tally.add('events', event.kind);
    const isHealthy = (await this.world.user.status()) === 'HEALTHY';
    this.#unhealthyFor = isHealthy ? 0 : this.#unhealthyFor + 1;
    if (this.#unhealthyFor > PATIENCE) await this.#reconnect();
  }

  async #act(event: Event): Promise<void> {
    const { ground, platform, user, tally } = this.world;
    switch (event.kind) {
      case 'change':
        return platform.change(event.model, event.picks);
      case 'insert':
        return platform.insert(event.model, event.count);
      case 'delete':
        return platform.remove(event.model, event.picks);
      case 'empty':
        return platform.empty(event.model, event.share);
      case 'reinsert':
        return platform.reinsert(event.model, event.picks);
      case 'fault':
        return platform.fault(event.fault);
      case 'heal':
        return platform.heal();
      case 'sync':
        tally.add('requests', (await user.sync(event.ask)) === null ? 'refused' : event.ask.mode);
        return;
      case 'refresh':
        tally.add('requests', (await user.refresh()) === null ? 'refused' : 'refresh');
        return;
      case 'cancel':
        return user.cancel(event.pick);
      case 'config':
        return user.configure(event.model, event.change);
      case 'pause':
        return user.pause();
      case 'resume':
        return user.resume();
      case 'disconnect':
        return user.disconnect();
      case 'reconnect':
        return this.#reconnect();
      case 'limits':
        await platform.limit(event.limits);
        return;
      case 'clock':
        await platform.clock(event.offsetMs);
        return;
      case 'tick':
        return this.#makeDue(event.models);
      case 'kill':
        await ground.killWorker(event.worker);
        tally.add('kills', `worker ${event.worker}`);
        return;
    }
  }

  /** A revoked grant is renewed at the platform first. */
  async #reconnect(): Promise<void> {
    await this.world.platform.heal();
    await this.world.user.reconnect();
  }

  /** Time passes: the models' next tick is due now. */
  async #makeDue(models: readonly Model[]): Promise<void> {
    const { ground, user } = this.world;
    await ground.database.db.pool.query(
      `UPDATE model_states SET next_fire_at = now() - interval '1 second', wake_at = now()
       WHERE connection_id = $1 AND data_model = ANY ($2) AND next_fire_at > now() AND enabled`,
      [user.connectionId, [...models]],
    );
    await signalConnection(ground.temporal, String(user.connectionId), 'ROOTFI_SANDBOX', {
      signal: 'changed',
      payload: { what: 'config' },
    });
  }
}
