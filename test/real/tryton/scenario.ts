import type { DataModel } from '../../../core/unified/models';
import type { TrytonServer } from './tryton-server';

/** Every data model the connector reads. */
export const MODELS = [
  'CONTACTS',
  'ACCOUNTS',
  'INVOICES',
  'BILLS',
  'INVOICE_CREDIT_NOTES',
  'BILL_CREDIT_NOTES',
  'ITEMS',
  'TAX_RATES',
  'JOURNAL_ENTRIES',
  'CURRENCIES',
  'COMPANY_INFO',
] as const satisfies readonly DataModel[];

const CUSTOMER = 'Michael Scott Paper Company';
const SUPPLIER = 'Supplier, Bücher & Söhne 🎉';

/** Documents that the later steps go on with. */
export interface Documents {
  readonly draft: number;
  readonly toPost: number;
  readonly toPay: number;
  readonly toPayLater: number;
  readonly unwanted: number;
  readonly credit: number;
  readonly draftBill: number;
  readonly draftMove: number;
  readonly unwantedMove: number;
  readonly unwantedParty: number;
}

function invoice(
  server: TrytonServer,
  more: { type?: 'in' | 'out'; lines: object[] } & Record<string, unknown>,
): Promise<number> {
  const type = more.type ?? 'out';
  return server.ask({
    do: 'create_invoice',
    type,
    party: type === 'out' ? CUSTOMER : SUPPLIER,
    ...more,
  });
}

const desk = { product: 'Desk', quantity: 2, unit_price: '199.99' };
const paper = { product: 'Paper', quantity: 12, unit_price: '4.5' };

/** A day's work at a company: documents in every state. */
export async function doBusiness(server: TrytonServer): Promise<Documents> {
  const { ask } = server;
  const post = (id: number) => ask({ do: 'click', model: 'account.invoice', id, button: 'post' });
  const draft = await invoice(server, {
    lines: [desk, paper, { type: 'comment', description: 'Deliver at the back door' }],
    description: 'Office',
    comment: 'Thanks for your business\n🎉',
  });
  const toPost = await invoice(server, {
    lines: [{ description: 'Advice', quantity: 2.75, unit_price: '80.1234', tax: 'Tax 0.21' }],
  });
  const toPay = await invoice(server, { lines: [desk], term: 'Half now, half in 60 days' });
  const toPayLater = await invoice(server, { lines: [desk, paper], term: '30 days' });
  const paid = await invoice(server, { lines: [paper] });
  const cancelled = await invoice(server, { lines: [paper] });
  for (const id of [toPay, toPayLater, paid]) await post(id);
  await ask({ do: 'pay', invoice: paid, amount: '59.40' });
  await ask({ do: 'click', model: 'account.invoice', id: cancelled, button: 'cancel' });
  const credit = await ask<number>({ do: 'credit', invoice: toPayLater });
  const unwanted = await invoice(server, { lines: [desk] });

  const bill = await invoice(server, { type: 'in', lines: [paper], reference: 'S-2026/77' });
  const draftBill = await invoice(server, {
    type: 'in',
    lines: [{ description: 'Rent', quantity: 1, unit_price: '1000', tax: 'Two taxes' }],
  });
  await post(bill);
  const billCredit = await ask<number>({ do: 'credit', invoice: bill });
  await ask({
    do: 'write',
    model: 'account.invoice',
    id: billCredit,
    values: { reference: 'C-1' },
  });

  const draftMove = await ask<number>({ do: 'create_move', amount: '0.10', description: 'Cash' });
  const posted = await ask<number>({ do: 'create_move', amount: '1234.56' });
  await ask({ do: 'click', model: 'account.move', id: posted, button: 'post' });
  const unwantedMove = await ask<number>({ do: 'create_move', amount: '7' });
  const unwantedParty = await ask<number>({ do: 'create_party', name: 'Never to be' });
  return {
    draft,
    toPost,
    toPay,
    toPayLater,
    unwanted,
    credit,
    draftBill,
    draftMove,
    unwantedMove,
    unwantedParty,
  };
}

/** Changes of every kind, each through the form a person would use; several leave the record's own dates alone. */
export async function changeThings(server: TrytonServer, documents: Documents): Promise<void> {
  const { ask } = server;
  const post = (id: number) => ask({ do: 'click', model: 'account.invoice', id, button: 'post' });
  const write = (model: string, id: number, values: object) =>
    ask({ do: 'write', model, id, values });
  const [line = 0] = await ask<number[]>({ do: 'lines_of', invoice: documents.draft });
  await write('account.invoice.line', line, { quantity: 7 });
  await post(documents.toPost);
  await ask({ do: 'pay', invoice: documents.toPay, amount: '100' });
  await post(documents.credit);
  await write('account.invoice', documents.draftBill, { description: 'Rent of December' });
  await write('account.move', documents.draftMove, { description: 'Petty cash' });
  await invoice(server, { lines: [paper], description: 'New' });

  const party = await ask<number>({ do: 'create_party', name: 'New customer' });
  await write('party.party', party, { name: 'New customer, renamed' });
  const other = Number(
    Object.entries(await server.dump('CONTACTS')).find(([, record]) =>
      JSON.stringify(record).includes('Customer 007'),
    )?.[0],
  );
  await ask({ do: 'add_address', party: other, city: 'Ghent' });
  const [product = ''] = Object.keys(await server.dump('ITEMS'));
  await ask({ do: 'set_price', product: Number(product), price: '219.95' });
}

/** Deletes one record of several models; answers which. */
export async function deleteThings(
  server: TrytonServer,
  documents: Documents,
): Promise<Partial<Record<DataModel, string>>> {
  const remove = (model: string, id: number) => server.ask({ do: 'delete', model, id });
  await remove('account.invoice', documents.unwanted);
  await remove('account.move', documents.unwantedMove);
  await remove('party.party', documents.unwantedParty);
  return {
    INVOICES: String(documents.unwanted),
    JOURNAL_ENTRIES: String(documents.unwantedMove),
    CONTACTS: String(documents.unwantedParty),
  };
}
