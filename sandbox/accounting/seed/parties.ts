import type { Random } from '../../kit/random';
import { countOf, type FieldMaker, idOf, randomOf, type SeedContext } from './context';
import { CITIES, FIRST_NAMES, LAST_NAMES, LEGAL_FORMS, STREETS, TRADES } from './words';

/** Every fourth contact is a vendor. */
function contactType(index: number): 'CUSTOMER' | 'VENDOR' {
  return index % 4 === 3 ? 'VENDOR' : 'CUSTOMER';
}

/** The id of a seeded contact of that type; of any type where there is none of it. */
export function contactFor(context: SeedContext, type: string, random: Random): string {
  const count = countOf(context, 'contacts');
  const start = random.between(0, count - 1);
  for (let step = 0; step < 4; step += 1) {
    const index = (start + step) % count;
    if (contactType(index) === type) return idOf('con', index);
  }
  return idOf('con', start);
}

export const contactFields: FieldMaker = (context, { index }) => {
  const id = idOf('con', index);
  const random = randomOf(context, 'contacts', index);
  const [first, last] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
  const [city, state, country] = random.pick(CITIES);
  const domain = `${last
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase()}${index + 1}.example`;
  return {
    name: `${last} ${random.pick(TRADES)} ${random.pick(LEGAL_FORMS)}`,
    contact_name: `${first} ${last}`,
    contact_type: contactType(index),
    currency_id: context.baseCurrency,
    tax_number: `${country}${random.between(100_000_000, 999_999_999)}`,
    registration_number: `HR${random.between(10_000, 99_999)}`,
    status: random.chance(0.95) ? 'ACTIVE' : 'ARCHIVED',
    external_links: [
      { platform_id: `${id}-email`, link: `office@${domain}`, type: 'EMAIL' },
      { platform_id: `${id}-web`, link: `https://${domain}`, type: 'WEBSITE' },
    ],
    phone_numbers: [
      {
        platform_id: `${id}-phone`,
        number: `+1555${random.between(1_000_000, 9_999_999)}`,
        type: 'MOBILE',
      },
    ],
    addresses: [
      {
        platform_id: `${id}-billing`,
        type: 'BILLING',
        street: `${random.between(1, 200)} ${random.pick(STREETS)}`,
        locality: 'Centre',
        city,
        state,
        pincode: String(random.between(10_000, 99_999)),
        country,
      },
    ],
  };
};

export const companyInfoFields: FieldMaker = (context, { index }) => {
  const random = randomOf(context, 'company_info', index);
  const name = `${random.pick(LAST_NAMES)} ${random.pick(TRADES)}`;
  return {
    name,
    legal_name: `${name} ${random.pick(LEGAL_FORMS)}`,
    tax_number: `TX${random.between(100_000_000, 999_999_999)}`,
    registration_number: `HR${random.between(10_000, 99_999)}`,
    base_currency: context.baseCurrency,
    fiscal_start_at: '2026-01-01',
    org_created_at: '2019-04-01T00:00:00.000Z',
  };
};
