import { changedAt, flag, many, one, type Row, text } from '../row';
import { trytonStream } from '../stream';

const PHONES: ReadonlyMap<unknown, string> = new Map([
  ['phone', 'TELEPHONE'],
  ['mobile', 'MOBILE'],
  ['fax', 'FAX'],
]);
const LINKS: ReadonlyMap<unknown, string> = new Map([
  ['email', 'EMAIL'],
  ['website', 'WEBSITE'],
]);

function addressType(address: Row): string | null {
  if (flag(address.invoice)) return 'BILLING';
  return flag(address.delivery) ? 'SHIPPING' : null;
}

function mapAddress(address: Row): unknown {
  return {
    platform_id: String(address.id),
    type: addressType(address),
    street: text(address.street),
    city: text(address.city),
    state: one(address, 'subdivision')?.name,
    pincode: text(address.postal_code),
    country: one(address, 'country')?.name,
  };
}

/** Archived parts cannot be told apart from live ones in a unified record, so they are left out. */
function live(party: Row, field: string): Row[] {
  return many(party, field).filter(({ active }) => flag(active));
}

export const contacts = trytonStream({
  dataModel: 'CONTACTS',
  model: 'party.party',
  fields: [
    'name',
    'code',
    'active',
    'tax_identifier.code',
    'addresses.active',
    'addresses.invoice',
    'addresses.delivery',
    'addresses.street',
    'addresses.city',
    'addresses.postal_code',
    'addresses.subdivision.name',
    'addresses.country.name',
    'contact_mechanisms.active',
    'contact_mechanisms.type',
    'contact_mechanisms.value',
  ],
  parts: ['addresses', 'contact_mechanisms', 'identifiers'],
  map(party) {
    const mechanisms = live(party, 'contact_mechanisms');
    return {
      name: text(party.name),
      tax_number: one(party, 'tax_identifier')?.code,
      registration_number: text(party.code),
      status: flag(party.active) ? 'ACTIVE' : 'ARCHIVED',
      updated_at: changedAt(party),
      external_links: mechanisms
        .filter(({ type }) => LINKS.has(type))
        .map(({ id, type, value }) => ({
          platform_id: String(id),
          link: text(value),
          type: LINKS.get(type),
        })),
      phone_numbers: mechanisms
        .filter(({ type }) => PHONES.has(type))
        .map(({ id, type, value }) => ({
          platform_id: String(id),
          number: text(value),
          type: PHONES.get(type),
        })),
      addresses: live(party, 'addresses').map(mapAddress),
    };
  },
});
