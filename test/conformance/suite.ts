import type { Connector, Send, Stream } from '../../connectors/contract';
import { callPlatform } from '../../connectors/engine/call';
import { type MappedPage, mapItems, mergeRepeats } from '../../connectors/engine/map-page';
import { fetchPage, findExisting } from '../../connectors/engine/pages';
import { createSendTo } from '../../connectors/engine/token-call';
import type { UnifiedRecord } from '../../core/unified/models';
import { describeConsent } from './consent';
import { describeDeclaration } from './declaration';
import { type Given, kindOf, readAll, type Session, type Subject } from './subject';

function sendOf(session: Session): Send {
  const { connector, settings } = session;
  return (request) =>
    callPlatform(connector, connector.auth.access(session.secrets, settings), request);
}

function asMap(page: MappedPage): Map<string, UnifiedRecord> {
  return new Map(
    page.records.map(({ platformId, dataJson }) => [platformId, JSON.parse(dataJson)]),
  );
}

/** What every connector must show. `start` brings a fresh platform for it. */
export function describeConnector(connector: Connector, start: () => Promise<Subject>): void {
  describe(`connector ${connector.integrationType}`, () => {
    let subject: Subject;
    let session: Session;
    let stream: Stream;
    let send: Send;

    const given: Given = {
      connector,
      subject: () => subject,
      session: () => session,
      send: () => send,
      stream: () => stream,
    };

    beforeAll(async () => {
      subject = await start();
      const found = connector.streams[subject.dataModel];
      if (found === undefined) throw new Error(`no stream ${subject.dataModel}`);
      stream = found;
    }, 900_000);

    beforeEach(async () => {
      const { settings } = subject;
      const sendTo = createSendTo(connector);
      const { secrets } = await connector.auth.authorise(subject.credentials, sendTo, settings);
      session = { connector, settings, secrets };
      send = sendOf(session);
    });

    afterAll(() => subject?.stop());

    describeDeclaration(connector);

    it('refuses credentials with unknown keys before it sends them anywhere', () => {
      expect(connector.credentials.safeParse(subject.credentials).success).toBe(true);
      const more = { ...Object(subject.credentials), more: 1 };
      expect(connector.credentials.safeParse(more).success).toBe(false);
      expect(connector.credentials.safeParse({}).success).toBe(false);
    });

    it('names the same account each time, and keeps secrets that survive JSON', async () => {
      const sendTo = createSendTo(connector);
      const again = await connector.auth.authorise(subject.credentials, sendTo, subject.settings);
      expect(again.account).not.toBe('');
      const first = await connector.auth.authorise(subject.credentials, sendTo, subject.settings);
      expect(again.account).toBe(first.account);
      session.secrets = JSON.parse(JSON.stringify(session.secrets));
      expect((await readAll(stream, send)).records.length).toBeGreaterThan(0);
    });

    it('says no to wrong credentials in a way that is final', async () => {
      const calling = connector.auth.authorise(
        subject.wrongCredentials,
        createSendTo(connector),
        subject.settings,
      );
      expect(['invalid-grant', 'refused']).toContain((await kindOf(calling)).kind);
    });

    describeConsent(given);

    it('pages through exactly the records of the platform, field by field', async () => {
      const read = await readAll(stream, send);
      expect(read.quarantined).toEqual([]);
      expect(read.repeated).toBe(0);
      expect(asMap(read)).toEqual(await subject.truth());
    });

    it('has more than two pages here, and goes on from a stored cursor', async () => {
      const first = await fetchPage(stream, send, { since: null, cursor: null });
      expect(first.next).not.toBeNull();
      expect(first.date).toBeInstanceOf(Date);
      const second = await fetchPage(stream, send, { since: null, cursor: first.next });
      expect(second.next).not.toBeNull();
      const rest = await readAll(stream, send, { cursor: JSON.parse(JSON.stringify(second.next)) });
      const seen = [first, second].map(({ items }) => mapItems(stream, items));
      expect(asMap(mergeRepeats([...seen, rest]))).toEqual(await subject.truth());
    });

    it('reads what changed since an instant, that instant included, and little else', async () => {
      const id = await subject.changeOne();
      const { records } = await readAll(stream, send);
      const changed = records.find(({ platformId }) => platformId === id);
      const at = changed?.platformUpdatedAt ?? null;
      expect(at).not.toBeNull();
      const since = asMap(await readAll(stream, send, { since: at }));
      expect([...since.keys()]).toContain(id);
      expect(since.get(id)).toEqual((await subject.truth()).get(id));
      if (stream.filtersByChange) expect(since.size).toBeLessThan(records.length / 2);
      const later = await readAll(stream, send, { since: new Date(Date.now() + 86_400_000) });
      if (stream.filtersByChange) expect(later.records).toEqual([]);
    });

    it('tells by id what exists and what is gone', async () => {
      const gone = await subject.deleteOne();
      const ids = [...(await subject.truth()).keys()];
      const existing = await findExisting(stream, send, [gone, ...ids]);
      expect(existing.has(gone)).toBe(false);
      expect([...existing].sort()).toEqual(ids.sort());
    });

    it('reports an access that has ended, and renews it', async () => {
      await subject.expireAccess();
      const error = await kindOf(readAll(stream, send));
      expect(error.kind).toBe('unauthorised');
      const renewed = await connector.auth.renew?.(
        session.secrets,
        createSendTo(connector),
        subject.settings,
      );
      if (renewed === undefined) throw new Error('cannot renew');
      session.secrets = renewed.secrets;
      expect((await readAll(stream, send)).records.length).toBeGreaterThan(0);
    });

    describeFaults(given);
  });
}

function describeFaults(given: Given): void {
  const { connector } = given;
  /** Runs where the platform can be made to do it; elsewhere it says so instead of passing silently. */
  function withFault(
    title: string,
    name: keyof NonNullable<Subject['faults']>,
    run: (arm: () => Promise<void>) => Promise<void>,
  ): void {
    it(title, async () => {
      const faults = given.subject().faults;
      if (faults === undefined) {
        process.stdout.write(`${connector.integrationType}: cannot be made to show "${name}"\n`);
        return;
      }
      await run(faults[name]);
    });
  }

  withFault(
    'loses nothing when a page comes twice, and counts it',
    'duplicatePage',
    async (arm) => {
      await arm();
      const read = await readAll(given.stream(), given.send());
      expect(read.repeated).toBeGreaterThan(0);
      expect(asMap(read)).toEqual(await given.subject().truth());
    },
  );

  withFault('does not take an empty page for the end', 'emptyPage', async (arm) => {
    await arm();
    const read = await readAll(given.stream(), given.send());
    expect(asMap(read)).toEqual(await given.subject().truth());
  });

  withFault('sets a malformed record apart under its id', 'malformedRecord', async (arm) => {
    await arm();
    const read = await readAll(given.stream(), given.send());
    expect(read.quarantined).toHaveLength(1);
    const [bad] = read.quarantined;
    const truth = new Map(await given.subject().truth());
    expect(bad?.path).not.toBe('');
    expect(truth.delete(bad?.platformId ?? '')).toBe(true);
    expect(asMap(read)).toEqual(truth);
  });

  withFault('reports a cursor that has ended', 'expireCursor', async (arm) => {
    await arm();
    const error = await kindOf(readAll(given.stream(), given.send()));
    expect(error.kind).toBe('cursor-expired');
    expect((await readAll(given.stream(), given.send())).records.length).toBeGreaterThan(0);
  });

  withFault('reports a rate limit with the time to wait', 'rateLimit', async (arm) => {
    await arm();
    const error = await kindOf(readAll(given.stream(), given.send()));
    expect(error.kind).toBe('rate-limited');
    expect(error.retryAfterMs).toBeGreaterThan(0);
  });

  withFault('takes a cut answer for transient', 'cutBody', async (arm) => {
    await arm();
    expect((await kindOf(readAll(given.stream(), given.send()))).kind).toBe('transient');
  });

  it('maps odd dates or sets the record apart, and never guesses', async () => {
    const { createWithDates } = given.subject();
    if (createWithDates === undefined) {
      process.stdout.write(`${connector.integrationType}: takes no odd dates\n`);
      return;
    }
    const good = ['2026-02-28', '2024-02-29T23:59:59.999Z', '2026-01-01T00:30:00+05:30'];
    const bad = ['2026-02-30', '0000-00-00', '31/12/2026', '2026-01-01T10:00:00'];
    const ids = await createWithDates([...good, ...bad]);
    const read = await readAll(given.stream(), given.send());
    const records = asMap(read);
    expect(ids.slice(0, 3).map((id) => records.get(id)?.posted_date)).toEqual([
      '2026-02-28',
      '2024-02-29T23:59:59.999Z',
      '2025-12-31T19:00:00.000Z',
    ]);
    expect(read.quarantined.map(({ platformId, path }) => [platformId, path]).sort()).toEqual(
      ids
        .slice(3)
        .map((id) => [id, 'posted_date'])
        .sort(),
    );
  });

  // Last, for the grant does not come back.
  it('knows secrets that are dead for good', async () => {
    const subject = given.subject();
    if (subject.revokeGrant === undefined) {
      process.stdout.write(`${connector.integrationType}: its grant cannot be revoked here\n`);
      return;
    }
    await subject.revokeGrant();
    expect((await kindOf(readAll(given.stream(), given.send()))).kind).toBe('unauthorised');
    const renewing = connector.auth.renew?.(
      given.session().secrets,
      createSendTo(connector),
      subject.settings,
    );
    if (renewing === undefined) throw new Error('cannot renew');
    expect((await kindOf(renewing)).kind).toBe('invalid-grant');
  });
}
