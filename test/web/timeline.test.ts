import { layOut, marksOf } from '../../web/features/company/timeline-layout';
import { sleptSoFar } from '../../web/lib/format';

/** The company page's timeline, as far as it is arithmetic. */

const NOON = Date.parse('2026-11-25T12:00:00.000Z');
const HOUR = { from: NOON - 3_600_000, to: NOON };

const at = (minutes: number) => new Date(NOON + minutes * 60_000).toISOString();

function run(from: number, to: number | null, more: object = {}) {
  return {
    created_at: at(from),
    started_at: at(from),
    ended_at: to === null ? null : at(to),
    slept_ms: 0,
    sleeping_until: null,
    ...more,
  };
}

test('a bar stands where its run was, in shares of the axis', () => {
  const [bar] = layOut([run(-30, -15)], HOUR, NOON);
  expect(bar).toMatchObject({ left: 0.5, width: 0.25, slept: 0, line: 0 });
});

test('runs that overlap get lines of their own, and a line is used again once it is free', () => {
  const bars = layOut([run(-20, -5), run(-50, -30), run(-40, -10)], HOUR, NOON);
  expect(bars.map(({ line }) => line)).toEqual([0, 1, 0]);
});

test('a run that began before the axis is cut, one that ended before it is left out', () => {
  const bars = layOut([run(-90, -30), run(-90, -70)], HOUR, NOON);
  expect(bars).toHaveLength(1);
  expect(bars[0]).toMatchObject({ left: 0, width: 0.5 });
});

test('an open run reaches to now; one that sleeps, to the end of its sleep', () => {
  const axis = { from: NOON - 3_600_000, to: NOON + 3_600_000 };
  const sleeps = run(-10, null, { sleeping_until: at(10), slept_ms: 15 * 60_000 });
  const [open, asleep] = layOut([run(-20, null), sleeps], axis, NOON);
  expect(open?.width).toBeCloseTo(20 / 120);
  expect(asleep?.width).toBeCloseTo(20 / 120);
  expect(asleep?.slept).toBeCloseTo(15 / 20);
});

test('a wait counts in full from its beginning, and is shown as far as it is over', () => {
  expect(sleptSoFar(60_000, at(0.5), NOON)).toBe(30_000);
  expect(sleptSoFar(60_000, null, NOON)).toBe(60_000);
  expect(sleptSoFar(60_000, at(-1), NOON)).toBe(60_000);
});

test('marks stand at round instants', () => {
  const axis = { from: NOON - 25 * 60_000, to: NOON };
  expect(marksOf(axis, 600_000)).toEqual([at(-20), at(-10), at(0)].map((text) => Date.parse(text)));
});
