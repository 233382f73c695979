import { accessOf, accessWords } from './scopes';
import { syncConfigList } from './sync-config';
import { DATA_MODELS } from './unified/models';

describe('accessOf', () => {
  it('asks for reading what is synced, and for changes where they are wanted', () => {
    const entries = syncConfigList.parse([
      { data_model: 'INVOICES', scope_access: { READ: true, UPDATE: true, CREATE: true } },
      { data_model: 'BILLS' },
      { data_model: 'ITEMS', enabled: false },
      { data_model: 'CONTACTS', scope_access: { READ: false, DELETE: true } },
    ]);
    expect(accessOf(entries)).toEqual([
      { dataModel: 'INVOICES', access: ['READ', 'CREATE', 'UPDATE'] },
      { dataModel: 'BILLS', access: ['READ'] },
      { dataModel: 'CONTACTS', access: ['DELETE'] },
    ]);
  });
});

describe('accessWords', () => {
  it('says it as a person would', () => {
    expect(accessWords({ dataModel: 'BILL_PAYMENTS', access: ['READ'] })).toBe(
      'Read your bill payments',
    );
    expect(accessWords({ dataModel: 'INVOICES', access: ['READ', 'CREATE', 'UPDATE'] })).toBe(
      'Read, create and change your invoices',
    );
    expect(accessWords({ dataModel: 'CRM_DEALS', access: ['READ', 'DELETE'] })).toBe(
      'Read and delete your deals',
    );
    expect(accessWords({ dataModel: 'COMPANY_INFO', access: ['READ'] })).toBe(
      'Read your company details',
    );
  });

  it('has no name of ours in any line', () => {
    for (const dataModel of DATA_MODELS) {
      expect(accessWords({ dataModel, access: ['READ'] })).toMatch(/^Read your [a-z ]+$/);
    }
  });
});
