/** More than this share of the live rows … */
const HOLD_SHARE = 0.2;
/** … and more than this many … */
const HOLD_ROWS = 50;

/**
 * Whether a deletion is held for a person to confirm: more than 20 % of the live rows and more than 50, or all of
 * them. Guards against a platform that lost sight of its own data.
 */
export function isHeld(sweep: { gone: number; live: number; allowed: boolean }): boolean {
  if (sweep.allowed || sweep.gone === 0) return false;
  const all = sweep.gone >= sweep.live;
  const many = sweep.gone > HOLD_ROWS && sweep.gone > sweep.live * HOLD_SHARE;
  return all || many;
}
