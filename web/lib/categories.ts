/** What platforms are for, in words. */
export const CATEGORIES = [
  { value: 'ACCOUNTING', label: 'Accounting' },
  { value: 'PAYMENTS', label: 'Payments' },
  { value: 'CRM', label: 'CRM' },
  { value: 'ECOMMERCE', label: 'E-commerce' },
] as const;

export function categoryName(category: string): string {
  return CATEGORIES.find(({ value }) => value === category)?.label ?? 'Other';
}
