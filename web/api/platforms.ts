import { $api } from './client';
import { modelName } from '../lib/format';

/** The platforms that are built in; they stay the same for as long as a page is open. */
export function usePlatforms() {
  return $api.useQuery('get', '/core/platforms', {}, { staleTime: Number.POSITIVE_INFINITY });
}

/** How a platform is called; until the list is here, its name on the wire made readable. */
export function usePlatformNames(): (integrationType: string) => string {
  const { data } = usePlatforms();
  const names = new Map(data?.data.map((each) => [each.integration_type, each.name]));
  return (type) => names.get(type) ?? modelName(type);
}
