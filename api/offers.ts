import type { Connector } from '../connectors/contract';
import type { Platforms } from './platforms';

/** The platforms a link offers: of its categories, and of its named platforms where it names some. */
export function offeredBy(
  platforms: Platforms,
  link: { readonly integrations: readonly string[]; readonly categories: readonly string[] },
): Connector[] {
  return platforms
    .all()
    .filter(
      (connector) =>
        link.categories.includes(connector.category) &&
        (link.integrations.length === 0 || link.integrations.includes(connector.integrationType)),
    );
}
