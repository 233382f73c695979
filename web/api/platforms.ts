import { $api } from './client';
import { modelName } from '../lib/format';

/** How a platform is called; until the list is here, its name on the wire made readable. */
export function usePlatformNames(): (integrationType: string) => string {
  const { data } = $api.useQuery('get', '/core/platforms', {}, { staleTime: Infinity });
  const names = new Map(data?.data.map((each) => [each.integration_type, each.name]));
  return (type) => names.get(type) ?? modelName(type);
}
