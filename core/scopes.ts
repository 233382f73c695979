import { isEnabled, type SyncConfigEntry } from './sync-config';
import type { DataModel } from './unified/models';

/** What a connection is allowed at its platform, and how a customer is told of it. */

export const ACCESS_KINDS = ['READ', 'CREATE', 'UPDATE', 'DELETE'] as const;
export type AccessKind = (typeof ACCESS_KINDS)[number];

export interface ModelAccess {
  readonly dataModel: DataModel;
  /** In the order of `ACCESS_KINDS`; never empty. */
  readonly access: readonly AccessKind[];
}

/** What the entries of a sync config want access for, in their order. Nothing is asked for data that is not synced. */
export function accessOf(entries: readonly SyncConfigEntry[]): ModelAccess[] {
  return entries
    .map((entry) => ({
      dataModel: entry.data_model,
      access: ACCESS_KINDS.filter((kind) =>
        kind === 'READ' ? isEnabled(entry) : entry.scope_access?.[kind] === true,
      ),
    }))
    .filter(({ access }) => access.length > 0);
}

const VERBS: Readonly<Record<AccessKind, string>> = {
  READ: 'read',
  CREATE: 'create',
  UPDATE: 'change',
  DELETE: 'delete',
};

/** Names that are not simply their words in lower case. */
const NOUNS: Partial<Record<DataModel, string>> = {
  COMPANY_INFO: 'company details',
};

/** One line of a consent screen: "Read and create your invoices". */
export function accessWords({ dataModel, access }: ModelAccess): string {
  const verbs = access.map((kind) => VERBS[kind]);
  const last = verbs.at(-1) ?? '';
  const list = verbs.length > 1 ? `${verbs.slice(0, -1).join(', ')} and ${last}` : last;
  return `${list.charAt(0).toUpperCase()}${list.slice(1)} your ${nounOf(dataModel)}`;
}

function nounOf(dataModel: DataModel): string {
  // The category's name before the model's is ours.
  const words = dataModel.replace(/^(PAYMENT|CRM|ECOMMERCE)_/, '');
  return NOUNS[dataModel] ?? words.toLowerCase().replaceAll('_', ' ');
}
