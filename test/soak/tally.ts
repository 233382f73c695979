/** Counts of what happened, by group and name. */
export class Tally {
  readonly #groups = new Map<string, Map<string, number>>();

  add(group: string, name: string, count = 1): void {
    if (count === 0) return;
    const names = this.#groups.get(group) ?? new Map<string, number>();
    names.set(name, (names.get(name) ?? 0) + count);
    this.#groups.set(group, names);
  }

  addAll(other: Tally): void {
    for (const [group, names] of other.#groups) {
      for (const [name, count] of names) this.add(group, name, count);
    }
  }

  total(group: string): number {
    return [...(this.#groups.get(group) ?? new Map<string, number>()).values()].reduce(
      (sum, count) => sum + count,
      0,
    );
  }

  /** `name count, name count` of one group, the most frequent first. */
  line(group: string): string {
    const names = [...(this.#groups.get(group) ?? [])].sort((a, b) => b[1] - a[1]);
    return names.map(([name, count]) => `${name} ${count}`).join(', ');
  }

  /** A line for each group: its sum, and what it is made of. */
  table(): string {
    const groups = [...this.#groups.keys()];
    const width = Math.max(...groups.map((group) => group.length));
    return groups
      .map((group) => {
        const sum = String(this.total(group)).padStart(7);
        return `  ${group.padEnd(width)} ${sum}  ${this.line(group)}`;
      })
      .join('\n');
  }
}
