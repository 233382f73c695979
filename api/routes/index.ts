import type { Route } from '../http/route';
import { activityRoutes } from './activity';
import { companyRoutes } from './companies';
import { connectingRoutes } from './connecting';
import { connectionRoutes } from './connections';
import { dashboardRoutes } from './dashboard';
import { dataRoutes } from './data';
import { eventRoutes } from './events';
import { inviteLinkRoutes } from './invite-links';
import { quotaRoutes } from './quota';
import { runRoutes } from './runs';
import { syncConfigRoutes } from './sync-configs';
import { syncRoutes } from './syncs';

/** Every route below `/v3`, in the order they are matched: `/core/syncs/config` before `/core/syncs/{sync_id}`. */
export const routes: readonly Route[] = [
  ...companyRoutes,
  ...connectingRoutes,
  ...connectionRoutes,
  ...inviteLinkRoutes,
  ...syncConfigRoutes,
  ...syncRoutes,
  ...dashboardRoutes,
  ...activityRoutes,
  ...runRoutes,
  ...quotaRoutes,
  ...eventRoutes,
  ...dataRoutes,
];
