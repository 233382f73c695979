import type { Route } from '../../../../api/http/route';
import { bodies, keys } from './bodies-and-keys';
import { changes } from './changes';
import { connecting } from './connecting';
import { dashboard } from './dashboard';
import { methods, paths } from './paths';
import { people } from './people';
import { queries } from './queries';
import { requesting } from './requesting';
import { inviting } from './inviting';
import { invalid, type Row, row } from './row';
import { visiting } from './visiting';

/** Every bad request; another one is one more row. */
export function badRequests(routes: readonly Route[]): Row[] {
  return [
    ...keys(),
    ...people(),
    ...bodies(),
    ...methods(),
    ...paths(),
    ...queries(),
    ...connecting(),
    ...inviting(),
    ...visiting(),
    ...requesting(),
    ...changes(),
    ...dashboard(),
    ...reads(routes),
  ];
}

/** Every read endpoint refuses alike. */
function reads(routes: readonly Route[]): Row[] {
  return routes
    .filter((route) => route.path.startsWith('/accounting/'))
    .map((route) =>
      row('an unknown filter', ['GET', `${route.path}?foo[eq]=1`], invalid('foo[eq]')),
    );
}
