import type { Answer } from '../api/answers';

/** What a link offers, as its page is told. */
export type Link = Answer<'/connect/{invite_link_id}'>['data'];
export type Platform = Link['platforms'][number];
export type CredentialField = Platform['fields'][number];
export type Progress = Answer<'/connect/{invite_link_id}/progress'>['data'];
export type ModelProgress = Progress['models'][number];

/** Something that was connected, and the token that its progress is read with; null where it stayed in another window. */
export interface Connected {
  readonly integrationType: string | null;
  /** Its name, where that is known. */
  readonly platform: string | null;
  readonly progressToken: string | null;
}
