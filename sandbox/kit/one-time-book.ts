import { randomBytes } from 'node:crypto';

/** Things kept under a secret name for a short while, in memory: each can be taken once. */
export class OneTimeBook<T> {
  private readonly kept = new Map<string, { value: T; untilMs: number }>();

  constructor(private readonly lifeMs: number) {}

  /** The secret name under which `value` can be taken. */
  keep(value: T, nowMs: number): string {
    for (const [name, { untilMs }] of this.kept) if (untilMs <= nowMs) this.kept.delete(name);
    const name = randomBytes(24).toString('base64url');
    this.kept.set(name, { value, untilMs: nowMs + this.lifeMs });
    return name;
  }

  /** Undefined for a name that is unknown, was taken already, or is too old. */
  take(name: string, nowMs: number): T | undefined {
    const found = this.kept.get(name);
    this.kept.delete(name);
    return found !== undefined && found.untilMs > nowMs ? found.value : undefined;
  }
}
