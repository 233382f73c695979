import { setImmediate as turn } from 'node:timers/promises';
import { ReadAhead } from './read-ahead';

interface TestPage {
  readonly n: number;
  readonly next: { n: number } | null;
  readonly size: number;
}

/** A listing of pages of these sizes; what was asked of it, and gates that hold its answers back. */
function listing(sizes: readonly number[], failsAt: number | null = null) {
  const asked: number[] = [];
  let open: () => void = () => undefined;
  let gate: Promise<void> | null = null;
  return {
    asked,
    /** From now on pages are prepared only once this is called. */
    holdPreparing() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
    steps: {
      fetch(cursor: Readonly<Record<string, unknown>> | null): Promise<TestPage> {
        const n = Number(cursor?.['n'] ?? 0);
        asked.push(n);
        if (n === failsAt) return Promise.reject(new Error(`page ${n} is lost`));
        const next = n + 1 < sizes.length ? { n: n + 1 } : null;
        return Promise.resolve({ n, next, size: sizes[n] ?? 0 });
      },
      async prepare(page: TestPage): Promise<TestPage> {
        await gate;
        return page;
      },
    },
  };
}

const settle = async () => {
  for (let n = 0; n < 20; n += 1) await turn();
};

/** What each `take` answered until the listing had ended, as page numbers. */
async function takeAll(ahead: ReadAhead<TestPage, TestPage>): Promise<number[][]> {
  const all: number[][] = [];
  for (;;) {
    const pages = await ahead.take();
    if (pages.length === 0) return all;
    all.push(pages.map(({ n }) => n));
  }
}

it('answers every page once, in order', async () => {
  const { steps } = listing(Array(25).fill(7));
  const all = await takeAll(new ReadAhead(steps, { from: null, most: 20 }));
  expect(all.flat()).toEqual(Array.from({ length: 25 }, (_none, n) => n));
});

it('goes on from a cursor', async () => {
  const { steps } = listing([1, 1, 1, 1]);
  expect((await takeAll(new ReadAhead(steps, { from: { n: 2 }, most: 9 }))).flat()).toEqual([2, 3]);
});

it('gathers small pages while nobody takes them, and never more than asked for at once', async () => {
  const { steps, asked } = listing(Array(50).fill(100));
  const ahead = new ReadAhead(steps, { from: null, most: 1_000 });
  await settle();
  // Ten wait; the eleventh was asked for while the tenth was prepared.
  expect(asked.length).toBeLessThanOrEqual(11);
  expect((await ahead.take()).map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  ahead.stop();
});

it('answers a page that is larger than what may wait by itself', async () => {
  const { steps } = listing([5_000, 5_000]);
  const ahead = new ReadAhead(steps, { from: null, most: 1_000 });
  await settle();
  expect(await takeAll(ahead)).toEqual([[0], [1]]);
});

it('asks for the next page while one is prepared', async () => {
  const pages = listing([10, 10, 10]);
  const release = pages.holdPreparing();
  const ahead = new ReadAhead(pages.steps, { from: null, most: 10 });
  await settle();
  expect(pages.asked).toEqual([0, 1]);
  release();
  expect((await takeAll(ahead)).flat()).toEqual([0, 1, 2]);
});

it('asks for nothing more once stopped, and answers what was asked for', async () => {
  const pages = listing(Array(50).fill(10));
  const release = pages.holdPreparing();
  const ahead = new ReadAhead(pages.steps, { from: null, most: 10 });
  await settle();
  ahead.stop();
  release();
  expect((await takeAll(ahead)).flat()).toEqual([0, 1]);
  expect(pages.asked).toEqual([0, 1]);
});

it('throws what a step threw once the pages before it are taken', async () => {
  const { steps } = listing([10, 10, 10, 10], 2);
  const ahead = new ReadAhead(steps, { from: null, most: 1_000 });
  await settle();
  expect((await ahead.take()).map(({ n }) => n)).toEqual([0, 1]);
  await expect(ahead.take()).rejects.toThrow('page 2 is lost');
});
