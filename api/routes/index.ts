import type { Route } from '../http/route';
import { activityRoutes } from './activity';
import { apiKeyRoutes } from './api-keys';
import { companyRoutes } from './companies';
import { connectRoutes } from './connect';
import { connectingRoutes } from './connecting';
import { connectionRoutes } from './connections';
import { dashboardRoutes } from './dashboard';
import { dataRoutes } from './data';
import { eventRoutes } from './events';
import { inviteLinkRoutes } from './invite-links';
import { planningRoutes } from './planning';
import { quarantineRoutes } from './quarantine';
import { quotaRoutes } from './quota';
import { requestLogRoutes } from './request-log';
import { runRoutes } from './runs';
import { sessionRoutes } from './session';
import { platformRoutes } from './platforms';
import { syncConfigRoutes } from './sync-configs';
import { syncRoutes } from './syncs';
import { systemRoutes } from './system';
import { userRoutes } from './users';

/** Every route below `/v3`, in the order they are matched: `/core/syncs/config` before `/core/syncs/{sync_id}`. */
export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...userRoutes,
  ...apiKeyRoutes,
  ...systemRoutes,
  ...companyRoutes,
  ...connectingRoutes,
  ...connectionRoutes,
  ...inviteLinkRoutes,
  ...platformRoutes,
  ...connectRoutes,
  ...syncConfigRoutes,
  ...syncRoutes,
  ...dashboardRoutes,
  ...activityRoutes,
  ...runRoutes,
  ...quotaRoutes,
  ...eventRoutes,
  ...quarantineRoutes,
  ...planningRoutes,
  ...requestLogRoutes,
  ...dataRoutes,
];
