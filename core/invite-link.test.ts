import { CONNECTION_STATUSES } from './names';
import { inviteLinkStatus, knownName, UNNAMED_COMPANY } from './invite-link';

const AT = new Date('2026-11-01T00:00:00Z');
const connection = (status: (typeof CONNECTION_STATUSES)[number], isDeleted = false) => ({
  status,
  isDeleted,
});

describe('inviteLinkStatus', () => {
  it('is open until it has connected, unless its time is over', () => {
    const fresh = { usedAt: null, connection: null };
    expect(inviteLinkStatus({ ...fresh, isExpired: false })).toBe('OPEN');
    expect(inviteLinkStatus({ ...fresh, isExpired: true })).toBe('EXPIRED');
  });

  it.each(CONNECTION_STATUSES)('with a connection it made that is %s', (status) => {
    const link = { usedAt: AT, isExpired: false, connection: connection(status) };
    expect(inviteLinkStatus(link)).toBe(status === 'HEALTHY' ? 'USED' : 'OPEN');
  });

  it('stays used though its time is over: that tells the customer more', () => {
    const link = { usedAt: AT, isExpired: true, connection: connection('HEALTHY') };
    expect(inviteLinkStatus(link)).toBe('USED');
  });

  it('is over for good once its connection was deleted', () => {
    for (const usedAt of [AT, null]) {
      const link = { usedAt, isExpired: false, connection: connection('EXPIRED', true) };
      expect(inviteLinkStatus(link)).toBe('USED');
    }
  });

  it('reconnects even a healthy connection once, where it was made for that', () => {
    const link = { usedAt: null, isExpired: false, connection: connection('HEALTHY') };
    expect(inviteLinkStatus(link)).toBe('OPEN');
  });
});

describe('knownName', () => {
  it('is null while nobody has named the company', () => {
    expect(knownName(UNNAMED_COMPANY)).toBeNull();
    expect(knownName('Acme')).toBe('Acme');
  });
});
