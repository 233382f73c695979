import type { z } from 'zod';
import type { ActivityRow } from '../../store/activity-log';
import type { CompanyView } from '../../store/read/companies';
import type { ConnectionView } from '../../store/read/connections';
import type { InviteLinkView } from '../../store/read/invite-links';
import type { companyAnswer } from '../schemas/company';
import { presentConnection } from './connection';
import { iso } from './instants';
import { presentLinkOfCompany } from './invite-link';

/** Relations are those of all companies of the page; absent = not asked for. */
export function presentCompany(
  company: CompanyView,
  related: {
    connections?: readonly ConnectionView[];
    activities?: readonly ActivityRow[];
    inviteLinks?: readonly InviteLinkView[];
  },
): z.input<typeof companyAnswer> {
  const { connections, activities, inviteLinks } = related;
  return {
    rootfi_id: Number(company.id),
    rootfi_created_at: iso(company.createdAt),
    rootfi_updated_at: iso(company.updatedAt),
    name: company.name,
    partner_id: company.partnerId,
    ...(inviteLinks === undefined ? {} : { invite_link: linkOf(company, inviteLinks) }),
    ...(connections === undefined
      ? {}
      : {
          connections: connections
            .filter((connection) => connection.companyId === company.id)
            .map(presentConnection),
        }),
    ...(activities === undefined
      ? {}
      : {
          activity_log: activities
            .filter((activity) => activity.companyId === company.id)
            .map(presentActivity),
        }),
  };
}

function linkOf(company: CompanyView, links: readonly InviteLinkView[]) {
  const link = links.find((each) => each.company.id === company.id);
  return link === undefined ? null : presentLinkOfCompany(link);
}

function presentActivity(activity: ActivityRow) {
  return {
    rootfi_id: Number(activity.id),
    rootfi_created_at: iso(activity.createdAt),
    // Entries are never changed.
    rootfi_updated_at: iso(activity.createdAt),
    activity_type: activity.activityType,
  };
}
