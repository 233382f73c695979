import type { AuthScheme, Connector, Stream } from '../../connectors/contract';
import { rootfiSandbox } from '../../connectors/rootfi-sandbox/connector';

/**
 * The sandbox's connector under another name, with some of it changed: platforms that can do less, and connectors that
 * behave worse, over the same HTTP.
 */
export function variant(
  integrationType: string,
  change: {
    stream?: (stream: Stream) => Stream;
    auth?: Partial<AuthScheme>;
    connector?: Partial<Connector>;
  },
): Connector {
  const { stream = (same: Stream) => same } = change;
  return {
    ...rootfiSandbox,
    integrationType,
    streams: Object.fromEntries(
      Object.entries(rootfiSandbox.streams).map(([model, each]) => [model, stream(each)]),
    ),
    auth: { ...rootfiSandbox.auth, ...change.auth },
    ...change.connector,
  };
}

/** A stream that cannot be asked by id: what is gone is known by listing twice. */
export function withoutIds(stream: Stream): Stream {
  const { byIds, ...rest } = stream;
  return rest;
}

/** A stream that cannot ask for what changed: every pull lists everything. */
export function withoutFilter(stream: Stream): Stream {
  return {
    ...stream,
    filtersByChange: false,
    list: ({ cursor }) => stream.list({ since: null, cursor }),
  };
}
