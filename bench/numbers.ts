/** The middle of some figures; the mean of the two in the middle where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error('There is no median of nothing');
  return (low + high) / 2;
}

/** The value below which `share` of the figures lie (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('There is no percentile of nothing');
  return value;
}

/** With so many digits that matter: 43,210 · 12.3 · 0.652. */
export function shown(value: number | null): string {
  if (value === null) return '–';
  const digits = Math.max(0, 2 - Math.max(-1, Math.floor(Math.log10(Math.abs(value) || 1))));
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Rounded as `shown`, for those who read figures by program. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
