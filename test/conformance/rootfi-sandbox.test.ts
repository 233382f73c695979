import { rootfiSandbox } from '../../connectors/rootfi-sandbox/connector';
import { closePlatformConnections } from '../../connectors/engine/call';
import type { UnifiedRecord } from '../../core/unified/models';
import { parseRecord } from '../../core/unified/parse';
import { startSandbox } from '../../sandbox/server';
import { consentAt } from '../support/consent';
import type { Subject } from './subject';
import { describeConnector } from './suite';

const TENANT = 'conformance';
const PAGE_SIZE = 100;

type Row = { id: string } & Record<string, unknown>;

/** The platform's control interface, as a person at the platform. */
function control(url: string) {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${url}/_control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
}

async function start(): Promise<Subject> {
  const sandbox = await startSandbox({ port: 0, host: '127.0.0.1', home: null });
  const ask = control(sandbox.url);
  const tenant = `/tenants/${TENANT}`;
  const records = `${tenant}/records/invoices`;
  await ask('POST', '/tenants', {
    tenant_id: TENANT,
    page_size: PAGE_SIZE,
    seed: { invoices: 350, contacts: 20 },
  });
  const rows = async (): Promise<Row[]> =>
    (await ask<{ records: Row[] }>('GET', `${records}?limit=10000`)).records;
  const fault =
    (kind: string, more: object = {}) =>
    async (): Promise<void> => {
      await ask('DELETE', `${tenant}/faults`);
      await ask('POST', `${tenant}/faults`, {
        kind,
        resource: 'invoices',
        after_requests: 1,
        ...more,
      });
    };
  return {
    settings: { sandboxUrl: sandbox.url },
    credentials: { tenant_id: TENANT },
    wrongCredentials: { tenant_id: 'nobody' },
    dataModel: 'INVOICES',
    truth: async () =>
      new Map<string, UnifiedRecord>(
        (await rows()).map((row) => [row.id, parseRecord('INVOICES', row)]),
      ),
    changeOne: async () => {
      const id = (await rows())[5]?.id ?? '';
      await ask('PATCH', `${records}/${id}`, { memo: 'changed 🎉' });
      return id;
    },
    deleteOne: async () => {
      const id = (await rows())[7]?.id ?? '';
      await ask('DELETE', `${records}/${id}`);
      return id;
    },
    consent: (authorizeUrl) => consentAt(authorizeUrl, { tenant: TENANT }),
    expireAccess: fault('expire_token', { after_requests: 0 }),
    faults: {
      duplicatePage: fault('duplicate_page'),
      emptyPage: fault('empty_page'),
      malformedRecord: fault('malformed_record'),
      expireCursor: fault('expire_cursor'),
      rateLimit: fault('status', { status: 429, retry_after: 3 }),
      cutBody: fault('truncate'),
    },
    revokeGrant: fault('revoke_token', { after_requests: 0, times: 0 }),
    createWithDates: async (dates) => {
      const body = { records: dates.map((date) => ({ posted_date: date })) };
      return (await ask<{ records: Row[] }>('POST', records, body)).records.map(({ id }) => id);
    },
    stop: async () => {
      await closePlatformConnections();
      await sandbox.close();
    },
  };
}

describeConnector(rootfiSandbox, start);
