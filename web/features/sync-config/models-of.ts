import { usePlatforms } from '../../api/platforms';
import type { DataModel, SavedEntry } from './draft';

type Category = SavedEntry['category'];

/** What the platforms that are built in can give: of a category, or of one platform. */
export function useModels(which: { category: Category } | { integrationType: string } | null) {
  const { data } = usePlatforms();
  const platforms = (data?.data ?? []).filter((platform) => {
    if (which === null) return false;
    return 'category' in which
      ? platform.category === which.category
      : platform.integration_type === which.integrationType;
  });
  const models: readonly DataModel[] = [
    ...new Set(platforms.flatMap((platform) => platform.data_models)),
  ];
  return { models, isPending: data === undefined, platforms: data?.data ?? [] };
}
