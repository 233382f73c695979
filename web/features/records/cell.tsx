import { Ago } from '../../components/instant';
import { plural } from '../../lib/format';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;
const amounts = new Intl.NumberFormat('en', { maximumFractionDigits: 6 });

/** A value in a table: short, and told apart from nothing. */
export function Cell({ field, value }: { readonly field: string; readonly value: unknown }) {
  if (value === null || value === undefined || value === '') {
    return <span className="text-faint">–</span>;
  }
  if (field.startsWith('rootfi_') && field.endsWith('_at') && typeof value === 'string') {
    return <Ago at={value} />;
  }
  if (typeof value === 'number') {
    return isName(field) ? String(value) : <span className="tabular">{amounts.format(value)}</span>;
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) {
    return <span className="text-muted">{plural(value.length, 'row')}</span>;
  }
  if (typeof value === 'object') return <span className="text-muted">{'{…}'}</span>;
  const text = String(value);
  return INSTANT.test(text) ? shortInstant(text) : text;
}

/** Numbers line up at their last digit; those that are names do not. */
export function isAmount(field: string, value: unknown): boolean {
  return typeof value === 'number' && !isName(field);
}

function isName(field: string): boolean {
  return field.endsWith('_id');
}

/** A day where the platform gave a day; platforms give midnight for one. */
function shortInstant(text: string): string {
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ');
}
