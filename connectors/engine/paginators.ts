import type { Cursor, PageRequest } from '../contract';
import { MalformedAnswerError } from './errors';
import { isObject } from './json';

/** Ways platforms hand out lists, as the `read` half (and where it needs one the cursor) of a stream. */

export interface ReadPage {
  readonly items: readonly unknown[];
  readonly next: Cursor | null;
}

/** Fields of an answer that must be an object. */
export function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(body)) throw new MalformedAnswerError("The platform's answer is not an object");
  return body;
}

/** A list in an answer. */
export function listAt(body: unknown, field: string): readonly unknown[] {
  const list = fieldsOf(body)[field];
  if (!Array.isArray(list))
    throw new MalformedAnswerError(`The platform's answer has no list "${field}"`);
  return list;
}

/**
 * Lists whose next page is named by a token: `{<items>: [], <next>: token, <more>: true | false}`. The flag alone says
 * where the list ends; a page without items in the middle of it is no end.
 */
export function tokenPages(names: { items: string; next: string; more: string }): {
  readonly read: (body: unknown) => ReadPage;
  readonly token: (page: PageRequest) => string | null;
} {
  return {
    read(body) {
      const items = listAt(body, names.items);
      const { [names.more]: more, [names.next]: token } = fieldsOf(body);
      if (more === false) return { items, next: null };
      if (more !== true || typeof token !== 'string' || token === '') {
        throw new MalformedAnswerError(
          `The platform's answer says neither "${names.next}" nor that it ends`,
        );
      }
      return { items, next: { token } };
    },
    token: ({ cursor }) => (typeof cursor?.token === 'string' ? cursor.token : null),
  };
}

/**
 * Lists sorted by a rising integer id, asked for "after this id": rows that come and go while they are read shift
 * nothing. A page that is not full is the end, for the platform fills pages as long as it has rows.
 */
export function keysetPages(options: {
  limit: number;
  items(body: unknown): readonly unknown[];
  id(item: unknown): number | null;
}): {
  readonly read: (body: unknown) => ReadPage;
  readonly after: (page: PageRequest) => number | null;
} {
  return {
    read(body) {
      const items = options.items(body);
      if (items.length < options.limit) return { items, next: null };
      const last = options.id(items[items.length - 1]);
      if (last === null) throw new MalformedAnswerError('The last row of a full page has no id');
      return { items, next: { after: last } };
    },
    after: ({ cursor }) => (typeof cursor?.after === 'number' ? cursor.after : null),
  };
}

const ANCHORS = 5;

/**
 * Lists that only take an offset, sorted by something that does not change. Each page is asked for one row early, and
 * that row must be one of the last read: if it is not, rows before it have gone and others have slipped past unseen,
 * so the listing steps back page by page until it stands on a known row again. What is read twice counts as repeated.
 */
export function offsetPages(options: {
  limit: number;
  items(body: unknown): readonly unknown[];
  id(item: unknown): string | null;
}): {
  readonly read: (body: unknown, page: PageRequest) => ReadPage;
  readonly offset: (page: PageRequest) => number;
} {
  const offset = ({ cursor }: PageRequest): number =>
    typeof cursor?.offset === 'number' ? cursor.offset : 0;
  return {
    offset,
    read(body, page) {
      const items = options.items(body);
      const start = offset(page);
      const anchors: unknown = page.cursor?.anchors;
      const ids = items.map((item) => options.id(item));
      const known = new Set<unknown>(Array.isArray(anchors) ? anchors : []);
      if (start > 0 && !ids.some((id) => known.has(id))) {
        const earlier = Math.max(0, start - (options.limit - 1));
        return { items, next: { offset: earlier, anchors } };
      }
      const fresh = items.filter((_item, index) => !known.has(ids[index]));
      if (items.length < options.limit) return { items: fresh, next: null };
      return {
        items: fresh,
        next: { offset: start + items.length - 1, anchors: ids.slice(-ANCHORS) },
      };
    },
  };
}
