import type { paths } from '../generated/api';

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': { data: infer Data } } } } };
}
  ? Data
  : never;

/** What a link offers, as its page is told. */
export type Link = Answer<'/connect/{invite_link_id}'>;
export type Platform = Link['platforms'][number];
export type CredentialField = Platform['fields'][number];
export type Progress = Answer<'/connect/{invite_link_id}/progress'>;
export type ModelProgress = Progress['models'][number];

/** Something that was connected, and the token that its progress is read with; null where it stayed in another window. */
export interface Connected {
  readonly integrationType: string | null;
  /** Its name, where that is known. */
  readonly platform: string | null;
  readonly progressToken: string | null;
}
