/** How a list that comes a page at a time is asked for by `$api.useInfiniteQuery`. */
export const PAGED = {
  pageParamName: 'next',
  initialPageParam: '',
  getNextPageParam: (page: { readonly next?: string | null }) => page.next ?? undefined,
};
