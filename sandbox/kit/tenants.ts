import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readFirstLine } from './journal';
import type { Platform, SeedCounts } from './platform';
import { Tenant, type TenantOptions } from './tenant';
import { settingsSchema } from './tenant-settings';

const SUFFIX = '.journal';

/** All tenants of one platform, each with its own journal in the platform's folder. */
export class Tenants {
  private readonly byId = new Map<string, Tenant>();
  private readonly idOfToken = new Map<string, string>();
  private readonly folder: string | null;

  /** `stateFolder` null: nothing is kept. Reads back every tenant found there. */
  constructor(
    readonly platform: Platform,
    stateFolder: string | null,
  ) {
    this.folder = stateFolder === null ? null : join(stateFolder, platform.name);
    if (this.folder !== null) this.readFolder(this.folder);
  }

  get(id: string): Tenant | undefined {
    return this.byId.get(id);
  }

  /** Creates the tenant, or begins it anew where there is one. */
  async reset(request: {
    id: string;
    counts: SeedCounts;
    options: TenantOptions;
  }): Promise<Tenant> {
    const tenant = this.byId.get(request.id) ?? this.open(request.id, this.pathOf(request.id));
    await tenant.reset(request);
    return tenant;
  }

  /** The tenant a token was given out for, whatever the token's state. */
  ofToken(token: string): Tenant | undefined {
    const id = this.idOfToken.get(token);
    return id === undefined ? undefined : this.byId.get(id);
  }

  close(): void {
    for (const tenant of this.byId.values()) tenant.close();
  }

  private open(id: string, path: string | null): Tenant {
    const claimToken = (token: string): void => {
      this.idOfToken.set(token, id);
    };
    const tenant = new Tenant(this.platform, id, { path, claimToken });
    this.byId.set(id, tenant);
    return tenant;
  }

  private readFolder(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) {
      const path = join(folder, file);
      if (!file.endsWith(SUFFIX)) continue;
      this.readTenant(path);
    }
  }

  private readTenant(path: string): void {
    const line = readFirstLine(path);
    if (line === '') {
      // Killed before its first state was written: the creation was never confirmed.
      unlinkSync(path);
      return;
    }
    try {
      this.open(settingsSchema.parse(JSON.parse(line.slice(1))).tenantId, path);
    } catch (cause) {
      throw new Error(`the state in ${path} cannot be read; move the file away to go on`, {
        cause,
      });
    }
  }

  /** Tenant ids may hold anything, so the file is told apart by a hash; the words are for people. */
  private pathOf(id: string): string | null {
    if (this.folder === null) return null;
    const words = id.replace(/[^a-zA-Z0-9_-]+/g, '-').slice(0, 60);
    const hash = createHash('sha256').update(id).digest('hex').slice(0, 10);
    const path = join(this.folder, `${words}.${hash}${SUFFIX}`);
    if (existsSync(path)) unlinkSync(path);
    return path;
  }
}
