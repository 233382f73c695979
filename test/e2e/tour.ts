import type { Locator, Page } from '@playwright/test';

/** A page of the dashboard or of an end customer: where it is, and what tells that it can be used. */
export interface Stop {
  readonly name: string;
  readonly path: string;
  readonly ready: (page: Page) => Locator;
  /** What is done there before it is looked at. */
  readonly act?: (page: Page) => Promise<void>;
}

/** Names that differ from one installation to the next. */
export interface Places {
  readonly companyId: number;
  readonly connectionId: number;
  readonly syncId: string;
  readonly recordId: number;
}

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole('heading', { level: 1, name });
const rowOf = (table: string | RegExp) => (page: Page) =>
  page.getByRole('table', { name: table }).getByRole('row').nth(1);
const aSwitch = (page: Page) => page.getByRole('switch');

/** Every page behind the sign-in. A new page is a line here, and is then measured, checked and drawn. */
export function dashboardTour({ companyId, connectionId, syncId, recordId }: Places): Stop[] {
  return [
    { name: 'companies', path: '/companies', ready: rowOf('Companies') },
    { name: 'company', path: `/companies/${companyId}`, ready: rowOf(/Data models/) },
    { name: 'sync', path: `/syncs/${syncId}`, ready: rowOf(/Jobs/) },
    { name: 'records', path: '/records', ready: heading('Records') },
    {
      name: 'records-of-a-model',
      path: `/records/accounting/invoices?company=${companyId}`,
      ready: rowOf('Records'),
    },
    {
      name: 'record',
      path: `/records/accounting/invoices/${recordId}?company=${companyId}`,
      ready: heading(/./),
    },
    { name: 'sync-config', path: '/sync-config', ready: aSwitch },
    {
      name: 'sync-config-of-a-connection',
      path: `/connections/${connectionId}/sync-config`,
      ready: aSwitch,
    },
    { name: 'settings', path: '/settings', ready: heading('Settings') },
    { name: 'users', path: '/settings?tab=users', ready: rowOf(/Users/) },
    { name: 'api-keys', path: '/settings?tab=api-keys', ready: rowOf(/API keys/) },
    { name: 'system', path: '/system', ready: heading('System') },
  ];
}
