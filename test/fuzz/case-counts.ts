import type { Server } from 'node:http';
import type { Route } from '../../api/http/route';

/** What a server has answered to generated cases: counted where they arrive, by the id each case bears. */
export interface CaseCounts {
  /** Number of different cases. */
  cases(): number;
  /** Operations of which no case was answered with a success. */
  untouched(routes: readonly Route[]): string[];
  table(): string;
}

const CASE_ID = 'x-schemathesis-testcaseid';

export function countCases(server: Server): CaseCounts {
  const cases = new Set<string>();
  const answers: { method: string; path: string; status: number }[] = [];
  // Before Express, which takes the path apart.
  server.prependListener('request', (request, response) => {
    const id = request.headers[CASE_ID];
    if (typeof id === 'string') cases.add(id);
    const { method = '', url = '' } = request;
    const path = url.split('?')[0] ?? '';
    response.on('finish', () => answers.push({ method, path, status: response.statusCode }));
  });
  const isSuccess = ({ status }: { status: number }) => status >= 200 && status < 300;
  return {
    cases: () => cases.size,
    untouched: (routes) =>
      routes
        .filter((route) => {
          const pattern = new RegExp(`^/v3${route.path.replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i');
          return !answers.some(
            (each) =>
              isSuccess(each) &&
              each.method === route.method.toUpperCase() &&
              pattern.test(each.path),
          );
        })
        .map((route) => route.operationId),
    table() {
      const byStatus = new Map<number, number>();
      for (const { status } of answers) byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      const words = [...byStatus].sort(([a], [b]) => a - b).map(([key, n]) => `${key}: ${n}`);
      const good = answers.filter(isSuccess).length;
      return `${cases.size} generated cases, ${answers.length} requests, ${good} answered 2xx (${words.join(', ')})`;
    },
  };
}
