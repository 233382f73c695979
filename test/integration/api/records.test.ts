import type { DataModel } from '../../../core/unified/models';
import { READABLE_MODELS } from '../../../core/unified/tables';
import { DATA_RESOURCES } from '../../../api/data/resources';
import { startApi, type TestApi, type TestOrganisation } from '../../support/api';

interface Place {
  organisationId: bigint;
  companyId: bigint;
  connectionId: bigint;
}

/** Records are put in by SQL here: what fills them is the business of other tests. */
describe('reading records', () => {
  let api: TestApi;
  let caller: TestOrganisation;
  beforeAll(async () => {
    api = await startApi();
    caller = await api.organisation();
  });
  afterAll(() => api.close());

  let seq = 0;

  async function connection(organisationId = caller.id): Promise<Place> {
    seq += 1;
    const { prisma } = api.database.db;
    const company = await prisma.company.create({ data: { organisationId, name: `C${seq}` } });
    const made = await prisma.connection.create({
      data: {
        organisationId,
        companyId: company.id,
        integrationType: 'ROOTFI_SANDBOX',
        category: 'ACCOUNTING',
        status: 'HEALTHY',
        account: `t${seq}`,
      },
    });
    return { organisationId, companyId: company.id, connectionId: made.id };
  }

  /** Records `p1` … `pN`, whose times go up by a second each. */
  async function insert(place: Place, model: DataModel, count: number, from = 1): Promise<void> {
    await api.database.db.prisma.$executeRaw`
      INSERT INTO records (connection_id, company_id, data_model, platform_id, data, raw, hash, raw_hash, created_at, updated_at)
      SELECT ${place.connectionId}, ${place.companyId}, ${model}, 'p' || n,
        jsonb_build_object('document_number', 'D-' || n, 'total_amount', n || '.50'), jsonb_build_object('n', n),
        'h' || n, 'r' || n, timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second',
        timestamptz '2026-02-01T00:00:00Z' + n * interval '1 second'
      FROM generate_series(${from}::int, ${from + count - 1}::int) AS n`;
  }

  const names = (page: { data?: { platform_id: string }[] }) =>
    (page.data ?? []).map((record) => record.platform_id);

  async function walk(
    path: string,
    limit: number,
    onPage: () => Promise<void> = async () => undefined,
  ) {
    const pages: string[][] = [];
    let next: string | undefined;
    do {
      const cursor: string = next === undefined ? '' : `&next=${encodeURIComponent(next)}`;
      const { body } = await caller.call('GET', `${path}&limit=${limit}${cursor}`);
      pages.push(names(body));
      next = body.next;
      await onPage();
    } while (next !== undefined);
    return pages;
  }

  it('has a row for every accounting model with a field table', () => {
    expect(DATA_RESOURCES.map((resource) => resource.model).sort()).toEqual(
      [...READABLE_MODELS].sort(),
    );
  });

  it('answers every endpoint of the table, each with its model alone', async () => {
    const place = await connection();
    for (const { path, model } of DATA_RESOURCES) {
      await insert(place, model, 1);
      const answer = await caller.call(
        'GET',
        `/v3/accounting/${path}?rootfi_company_id[eq]=${place.companyId}`,
      );
      expect([path, answer.status, names(answer.body)]).toEqual([path, 200, ['p1']]);
    }
  });

  it('answers the base fields, every field of the table, and nothing that was not selected', async () => {
    const place = await connection();
    await api.database.db.prisma.$executeRaw`
      INSERT INTO records (connection_id, company_id, data_model, platform_id, data, raw, hash, raw_hash, created_at, updated_at)
      VALUES (${place.connectionId}, ${place.companyId}, 'INVOICES', 'inv-1',
        '{"document_number": "D-1", "total_amount": "10.10", "line_items": [{"description": "Tea", "quantity": "2"}]}',
        '{"id": "inv-1"}', 'hash-1', 'r', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')`;
    const companyId = Number(place.companyId);
    const plain = await caller.client.accounting.invoices.list({
      rootfiCompanyIdEq: companyId,
      expand: 'line_items,contact',
    });
    const invoice = plain.data?.[0];
    expect(invoice).toMatchObject({
      rootfi_id: expect.any(Number),
      rootfi_created_at: '2026-01-01T00:00:00.000Z',
      rootfi_updated_at: '2026-01-02T00:00:00.000Z',
      rootfi_deleted_at: null,
      rootfi_company_id: companyId,
      platform_id: 'inv-1',
      platform_unique_id: 'inv-1',
      document_number: 'D-1',
      total_amount: 10.1,
      memo: null,
      line_items: [{ description: 'Tea', quantity: 2 }],
    });
    expect(invoice).not.toHaveProperty('raw_data');
    expect(invoice).not.toHaveProperty('data_hash');
    const selected = await caller.client.accounting.invoices.list({
      rootfiCompanyIdEq: companyId,
      select: 'raw_data,data_hash',
    });
    expect(selected.data?.[0]).toMatchObject({ raw_data: { id: 'inv-1' }, data_hash: 'hash-1' });
  });

  it('answers instants with milliseconds, however many digits of them there are', async () => {
    const place = await connection();
    await insert(place, 'INVOICES', 3);
    for (const [id, at] of Object.entries({ p1: '07.5', p2: '07.05', p3: '07.123' })) {
      await api.database.db.prisma.$executeRaw`
        UPDATE records SET created_at = ${`2026-01-01T23:59:${at}+02:00`}::timestamptz
        WHERE connection_id = ${place.connectionId} AND platform_id = ${id}`;
    }
    const path = `/v3/accounting/invoices?rootfi_company_id[eq]=${place.companyId}`;
    const { body } = await caller.call('GET', path);
    expect(
      body.data.map((record: { rootfi_created_at: string }) => record.rootfi_created_at),
    ).toEqual(['2026-01-01T21:59:07.123Z', '2026-01-01T21:59:07.050Z', '2026-01-01T21:59:07.500Z']);
  });

  it('answers texts as they are, and nothing in them that a browser could take for markup', async () => {
    const place = await connection();
    const memo = '</script>&amp; "quoted" \\ ümlaut 🙂\n';
    await insert(place, 'INVOICES', 1);
    await api.database.db.prisma.storedRecord.updateMany({
      where: { connectionId: place.connectionId },
      data: {
        platformId: `<${memo}`,
        data: { memo, document_number: '<b>', sales_order_ids: [memo] },
        raw: { [memo]: memo },
      },
    });
    const answer = await fetch(
      `${api.url}/v3/accounting/invoices?rootfi_company_id[eq]=${place.companyId}&select=raw_data`,
      { headers: { api_key: caller.apiKey } },
    );
    const text = await answer.text();
    expect(text).not.toMatch(/[<>&]/);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(JSON.parse(text).data).toEqual([
      expect.objectContaining({
        platform_id: `<${memo}`,
        memo,
        document_number: '<b>',
        sales_order_ids: [memo],
        raw_data: { [memo]: memo },
      }),
    ]);
  });

  it('finds the records of one data model behind any number of newer ones of others', async () => {
    const mine = await api.organisation();
    const [a, b] = [await connection(mine.id), await connection(mine.id)];
    await insert(a, 'CONTACTS', 2);
    await insert(a, 'INVOICES', 100);
    await insert(b, 'CONTACTS', 1, 3);
    await insert(a, 'INVOICES', 5, 101);
    const path = '/v3/accounting/contacts?limit=2';
    const first = (await mine.call('GET', path)).body;
    expect(names(first)).toEqual(['p3', 'p2']);
    const second = (await mine.call('GET', `${path}&next=${first.next}`)).body;
    expect(names(second)).toEqual(['p1']);
    expect(second.next).toBeUndefined();
    const back = (await mine.call('GET', `${path}&prev=${second.prev}`)).body;
    expect(names(back)).toEqual(['p3', 'p2']);
  });

  it('passes over the records of strangers and of deleted connections that lie between', async () => {
    const [mine, theirs] = [await api.organisation(), await api.organisation()];
    const [place, deleted] = [await connection(mine.id), await connection(mine.id)];
    const stranger = await connection(theirs.id);
    await insert(place, 'CONTACTS', 2);
    await insert(stranger, 'CONTACTS', 3, 20);
    await insert(deleted, 'CONTACTS', 3, 30);
    await insert(place, 'CONTACTS', 2, 3);
    await api.database.db.prisma.connection.update({
      where: { id: deleted.connectionId },
      data: { deletedAt: new Date() },
    });
    const seen: string[] = [];
    for (let next = ''; ; ) {
      const { body } = await mine.call('GET', `/v3/accounting/contacts?limit=1&next=${next}`);
      seen.push(...names(body));
      if (body.next === undefined) break;
      next = body.next;
    }
    expect(seen).toEqual(['p4', 'p3', 'p2', 'p1']);
  });

  it('lists newest first, 100 a page unless told, and pages through all by the client', async () => {
    const place = await connection();
    await insert(place, 'INVOICES', 250);
    const rootfiCompanyIdEq = Number(place.companyId);
    const seen: string[] = [];
    let next: string | undefined;
    let pages = 0;
    do {
      const page = await caller.client.accounting.invoices.list({
        rootfiCompanyIdEq,
        ...(next === undefined ? {} : { next }),
      });
      seen.push(...names(page));
      next = page.next;
      pages += 1;
    } while (next);
    expect(pages).toBe(3);
    expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => `p${250 - index}`));
  });

  it.each(['0', '1001', '-1', 'ten', ''])('refuses limit %j', async (limit) => {
    const answer = await caller.call('GET', `/v3/accounting/invoices?limit=${limit}`);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'invalid-params', field: 'limit' });
  });

  it('takes limit 1000 and an empty cursor', async () => {
    const answer = await caller.call('GET', '/v3/accounting/invoices?limit=1000&next=&prev=');
    expect(answer.status).toBe(200);
  });

  it.each([
    ['memo[eq]=x', 'memo[eq]'],
    ['rootfi_updated_at[like]=2026-01-01', 'rootfi_updated_at[like]'],
    ['rootfi_company_id=1', 'rootfi_company_id'],
    ['rootfi_company_id[eq]=abc', 'rootfi_company_id[eq]'],
    ['rootfi_updated_at[gte]=yesterday', 'rootfi_updated_at[gte]'],
    ['select=everything', 'select'],
    ['expand=nothing_known', 'expand'],
    ['sort[memo]=ASC', 'sort[memo]'],
    ['sort[rootfi_updated_at]=up', 'sort[rootfi_updated_at]'],
    ['include_deleted_records=yes', 'include_deleted_records'],
    ['next=garbage', 'next'],
    ['next=bnVsbA&prev=bnVsbA', 'prev'],
    ['limit=1&limit=2', 'limit'],
    ['sort[rootfi_updated_at]=ASC&sort[rootfi_created_at]=ASC', 'sort[rootfi_updated_at]'],
  ])('refuses %s', async (query, field) => {
    const answer = await caller.call('GET', `/v3/accounting/invoices?${query}`);
    expect([answer.status, answer.body.error?.code, answer.body.error?.field]).toEqual([
      400,
      'invalid-params',
      field,
    ]);
  });

  it('takes brackets plain or percent-encoded', async () => {
    const place = await connection();
    await insert(place, 'ITEMS', 2);
    for (const name of ['rootfi_company_id[eq]', 'rootfi_company_id%5Beq%5D']) {
      const { body } = await caller.call('GET', `/v3/accounting/items?${name}=${place.companyId}`);
      expect(names(body)).toEqual(['p2', 'p1']);
    }
  });

  it('finds one record by its id, in its own data model only', async () => {
    const place = await connection();
    await insert(place, 'ITEMS', 2);
    const list = await caller.call(
      'GET',
      `/v3/accounting/items?rootfi_company_id[eq]=${place.companyId}`,
    );
    const id = list.body.data[1]?.rootfi_id;
    const found = await caller.call('GET', `/v3/accounting/items?rootfi_id[eq]=${id}`);
    expect(names(found.body)).toEqual(['p1']);
    const elsewhere = await caller.call('GET', `/v3/accounting/invoices?rootfi_id[eq]=${id}`);
    expect(names(elsewhere.body)).toEqual([]);
  });

  it('filters by the instant of change, bounds included or not', async () => {
    const place = await connection();
    await insert(place, 'INVOICES', 4);
    const list = async (operator: string, second: number) => {
      const at = encodeURIComponent(`2026-02-01T01:00:0${second}+01:00`);
      const { body } = await caller.call(
        'GET',
        `/v3/accounting/invoices?rootfi_company_id[eq]=${place.companyId}&rootfi_updated_at[${operator}]=${at}`,
      );
      return names(body);
    };
    expect(await list('gte', 3)).toEqual(['p4', 'p3']);
    expect(await list('gt', 3)).toEqual(['p4']);
    expect(await list('lte', 2)).toEqual(['p2', 'p1']);
    expect(await list('lt', 2)).toEqual(['p1']);
  });

  it('pages through what changed in one company, without tombstones, deleted connections and strangers', async () => {
    const place = await connection();
    const gone = { ...(await connection()), companyId: place.companyId };
    const { prisma } = api.database.db;
    await insert(place, 'INVOICES', 4);
    await insert(gone, 'INVOICES', 2, 11);
    await insert(await connection(), 'INVOICES', 2, 21);
    await insert(place, 'ITEMS', 2, 31);
    await insert(place, 'INVOICES', 4, 5);
    await prisma.connection.update({
      where: { id: gone.connectionId },
      data: { companyId: place.companyId, deletedAt: new Date() },
    });
    await prisma.$executeRaw`
      UPDATE records SET deleted_at = now() WHERE connection_id = ${place.connectionId} AND platform_id = 'p4'`;
    const path = `/v3/accounting/invoices?rootfi_company_id[eq]=${place.companyId}&rootfi_updated_at[gte]=2026-02-01T00:00:03Z`;
    expect(await walk(path, 2)).toEqual([['p8', 'p7'], ['p6', 'p5'], ['p3']]);
    const withTombstones = await walk(`${path}&include_deleted_records=true`, 4);
    expect(withTombstones).toEqual([
      ['p8', 'p7', 'p6', 'p5'],
      ['p4', 'p3'],
    ]);
    const { next } = (await caller.call('GET', `${path}&limit=4`)).body;
    const last = (await caller.call('GET', `${path}&limit=4&next=${next}`)).body;
    const back = (await caller.call('GET', `${path}&limit=4&prev=${last.prev}`)).body;
    expect([last, back].map(names)).toEqual([['p3'], ['p8', 'p7', 'p6', 'p5']]);
    const stranger = await api.organisation();
    expect((await stranger.call('GET', path)).body).toEqual({ data: [] });
  });

  it('hides tombstones unless asked, and counts what it shows', async () => {
    const place = await connection();
    await insert(place, 'INVOICES', 3);
    await api.database.db.prisma.storedRecord.updateMany({
      where: { connectionId: place.connectionId, platformId: 'p2' },
      data: { deletedAt: new Date('2026-03-01T00:00:00Z') },
    });
    const rootfiCompanyIdEq = Number(place.companyId);
    const shown = await caller.client.accounting.invoices.list({
      rootfiCompanyIdEq,
      returnCount: 'true',
      limit: 1,
    });
    expect(names(shown as never)).toEqual(['p3']);
    expect(shown.total_count).toBe(2);
    const all = await caller.client.accounting.invoices.list({
      rootfiCompanyIdEq,
      includeDeletedRecords: 'true',
      returnCount: 'true',
    });
    expect(names(all as never)).toEqual(['p3', 'p2', 'p1']);
    expect(all.total_count).toBe(3);
    expect(all.data?.[1]?.rootfi_deleted_at).toBe('2026-03-01T00:00:00.000Z');
  });

  it.each([
    ['rootfi_updated_at', 'ASC', ['p1', 'p2', 'p3', 'p4', 'p5']],
    ['rootfi_updated_at', 'DESC', ['p5', 'p4', 'p3', 'p2', 'p1']],
    ['rootfi_created_at', 'ASC', ['p1', 'p2', 'p3', 'p4', 'p5']],
    ['rootfi_created_at', 'DESC', ['p5', 'p4', 'p3', 'p2', 'p1']],
  ])('sorts by %s %s over pages', async (field, direction, expected) => {
    const place = await connection();
    await insert(place, 'INVOICES', 5);
    const path = `/v3/accounting/invoices?rootfi_company_id[eq]=${place.companyId}&sort[${field}]=${direction}`;
    expect((await walk(path, 2)).flat()).toEqual(expected);
  });

  it('neither loses nor repeats records of one same instant', async () => {
    const place = await connection();
    await insert(place, 'INVOICES', 9);
    await api.database.db.prisma.storedRecord.updateMany({
      where: { connectionId: place.connectionId },
      data: { updatedAt: new Date('2026-02-02T00:00:00Z') },
    });
    const path = `/v3/accounting/invoices?rootfi_company_id[eq]=${place.companyId}&sort[rootfi_updated_at]=ASC`;
    const seen = (await walk(path, 2)).flat();
    expect(seen).toEqual(Array.from({ length: 9 }, (_, index) => `p${index + 1}`));
  });

  it('keeps its place while records come and go', async () => {
    const place = await connection();
    await insert(place, 'INVOICES', 10);
    let step = 0;
    const path = `/v3/accounting/invoices?rootfi_company_id[eq]=${place.companyId}`;
    const seen = await walk(path, 3, async () => {
      step += 1;
      // New ones before the page, and the very row the cursor stands on goes.
      await insert(place, 'INVOICES', 5, 100 * step);
      await api.database.db.prisma.storedRecord.deleteMany({
        where: { connectionId: place.connectionId, platformId: `p${11 - 3 * step}` },
      });
    });
    expect(seen.flat()).toEqual(Array.from({ length: 10 }, (_, index) => `p${10 - index}`));
  });

  it('following changes oldest first, shows a record that changes meanwhile again, and misses none', async () => {
    const place = await connection();
    await insert(place, 'INVOICES', 6);
    let touched = false;
    const path = `/v3/accounting/invoices?rootfi_company_id[eq]=${place.companyId}&sort[rootfi_updated_at]=ASC`;
    const seen = await walk(path, 2, async () => {
      if (touched) return;
      touched = true;
      await api.database.db.prisma.storedRecord.updateMany({
        where: { connectionId: place.connectionId, platformId: { in: ['p1', 'p4'] } },
        data: { updatedAt: new Date('2026-06-01T00:00:00Z') },
      });
    });
    expect(seen.flat()).toEqual(['p1', 'p2', 'p3', 'p5', 'p6', 'p1', 'p4']);
  });

  it('goes back by prev to the pages it came from', async () => {
    const place = await connection();
    await insert(place, 'INVOICES', 5);
    const path = `/v3/accounting/invoices?rootfi_company_id[eq]=${place.companyId}&limit=2`;
    const first = (await caller.call('GET', path)).body;
    const second = (await caller.call('GET', `${path}&next=${first.next}`)).body;
    const third = (await caller.call('GET', `${path}&next=${second.next}`)).body;
    expect([first, second, third].map(names)).toEqual([['p5', 'p4'], ['p3', 'p2'], ['p1']]);
    expect(first.prev).toBeUndefined();
    expect(third.next).toBeUndefined();
    const back = (await caller.call('GET', `${path}&prev=${third.prev}`)).body;
    expect(names(back)).toEqual(['p3', 'p2']);
    const start = (await caller.call('GET', `${path}&prev=${back.prev}`)).body;
    expect(names(start)).toEqual(['p5', 'p4']);
    expect(start.prev).toBeUndefined();
    expect(names((await caller.call('GET', `${path}&next=${start.next}`)).body)).toEqual([
      'p3',
      'p2',
    ]);
  });

  it('refuses a cursor of another order', async () => {
    const place = await connection();
    await insert(place, 'INVOICES', 3);
    const path = `/v3/accounting/invoices?rootfi_company_id[eq]=${place.companyId}&limit=1`;
    const { next } = (await caller.call('GET', `${path}&sort[rootfi_updated_at]=ASC`)).body;
    for (const order of ['', '&sort[rootfi_updated_at]=DESC', '&sort[rootfi_created_at]=ASC']) {
      const answer = await caller.call('GET', `${path}${order}&next=${next}`);
      expect([answer.status, answer.body.error?.field]).toEqual([400, 'next']);
    }
  });

  it('joins the companies of one organisation, and never shows those of another', async () => {
    const mine = await api.organisation();
    const theirs = await api.organisation();
    const [a, b] = [await connection(mine.id), await connection(mine.id)];
    const stranger = await connection(theirs.id);
    await insert(a, 'CONTACTS', 2);
    await insert(stranger, 'CONTACTS', 2);
    await insert(b, 'CONTACTS', 1, 7);
    const all = await mine.call('GET', '/v3/accounting/contacts?return_count=true');
    expect([names(all.body), all.body.total_count]).toEqual([['p7', 'p2', 'p1'], 3]);
    const other = await mine.call(
      'GET',
      `/v3/accounting/contacts?rootfi_company_id[eq]=${stranger.companyId}`,
    );
    expect(other.body).toEqual({ data: [] });
  });

  it('shows nothing of a deleted connection, though its rows are still there', async () => {
    const place = await connection();
    await insert(place, 'CONTACTS', 2);
    await api.database.db.prisma.connection.update({
      where: { id: place.connectionId },
      data: { deletedAt: new Date() },
    });
    const path = `/v3/accounting/contacts?rootfi_company_id[eq]=${place.companyId}&return_count=true`;
    expect((await caller.call('GET', path)).body).toEqual({ data: [], total_count: 0 });
  });
});
