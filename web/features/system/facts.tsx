import type { ReactNode } from 'react';

export type Fact = readonly [name: string, value: ReactNode];

/** Names on the left, values on the right. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="flex flex-col gap-2 text-[13px]">
      {facts.map(([name, value]) => (
        <div key={name} className="flex items-baseline justify-between gap-4">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 truncate text-right tabular">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
