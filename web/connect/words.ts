import type { Platform } from './link';

const CATEGORIES: Readonly<Record<string, string>> = {
  ACCOUNTING: 'Accounting',
  PAYMENTS: 'Payments',
  CRM: 'CRM',
  ECOMMERCE: 'E-commerce',
};

export function categoryName(category: string): string {
  return CATEGORIES[category] ?? 'Other';
}

export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whether what is asked for lets nothing be changed at the platform. */
export function isReadOnly({ scopes }: Platform): boolean {
  return scopes.every(({ access }) => access.every((each) => each === 'READ'));
}
