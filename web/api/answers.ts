import type { paths } from '../generated/api';

type Body<Operation> = Operation extends {
  responses: { 200: { content: { 'application/json': infer Answer } } };
}
  ? Answer
  : never;

/** What a path answers to GET, as the API's document has it. */
export type Answer<Path extends keyof paths> = paths[Path] extends { get: infer Operation }
  ? Body<Operation>
  : never;

/** One item of a list. */
export type Item<Path extends keyof paths> =
  Answer<Path> extends { data: readonly (infer Each)[] } ? Each : never;
