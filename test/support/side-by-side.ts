/**
 * Runs `work` for each case, `atOnce` of them at a time and in their order: for tables whose cases wait more than they
 * work. Answers each case's own result, for the test that is about it to wait for; an error is told by that test alone.
 */
export function sideBySide<Case, Result>(
  cases: readonly Case[],
  atOnce: number,
  work: (each: Case) => Promise<Result>,
): (each: Case) => Promise<Result> {
  const results = new Map<Case, Promise<Result>>();
  const begin = new Map<Case, (running: Promise<Result>) => void>();
  for (const each of cases) {
    const result = new Promise<Result>((resolve) => begin.set(each, resolve));
    result.catch(() => undefined);
    results.set(each, result);
  }
  const waiting = [...cases];
  const serve = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const running = work(next);
      begin.get(next)?.(running);
      await running.catch(() => undefined);
    }
  };
  for (let server = 0; server < atOnce; server += 1) void serve();
  return (each) => results.get(each) ?? Promise.reject(new Error('No such case'));
}
