import { closePlatformConnections } from '../../connectors/engine/call';
import { tryton } from '../../connectors/tryton/connector';
import { parseRecord } from '../../core/unified/parse';
import { ensureTryton, NEED } from '../real/tryton/python';
import { DATABASE, PASSWORD, startTryton, USERNAME } from '../real/tryton/tryton-server';
import { findPython } from '../support/python';
import type { Subject } from './subject';
import { describeConnector } from './suite';

async function start(python: string): Promise<Subject> {
  const server = await startTryton(await ensureTryton(python));
  const credentials = {
    base_url: server.url,
    database: DATABASE,
    username: USERNAME,
    password: PASSWORD,
  };
  const parties: number[] = [];
  for (const name of ['To be changed', 'To be deleted']) {
    parties.push(await server.ask<number>({ do: 'create_party', name }));
  }
  const [changed = 0, deleted = 0] = parties;
  return {
    settings: { sandboxUrl: '' },
    credentials,
    wrongCredentials: { ...credentials, password: 'wrong' },
    dataModel: 'CONTACTS',
    truth: async () =>
      new Map(
        Object.entries(await server.dump('CONTACTS')).map(([id, record]) => [
          id,
          parseRecord('CONTACTS', record),
        ]),
      ),
    changeOne: async () => {
      const values = { name: 'Changed 🎉' };
      await server.ask({ do: 'write', model: 'party.party', id: changed, values });
      return String(changed);
    },
    deleteOne: async () => {
      await server.ask({ do: 'delete', model: 'party.party', id: deleted });
      return String(deleted);
    },
    expireAccess: async () => {
      await server.ask({ do: 'end_sessions' });
    },
    revokeGrant: async () => {
      await server.ask({ do: 'change_password', user: USERNAME, password: 'another-password' });
    },
    stop: async () => {
      await closePlatformConnections();
      await server.stop();
    },
  };
}

const python = findPython(NEED);
// `findPython` has said why, here and in the summary; a file without any test would fail.
if (python === null) it.skip('needs Python 3.9 or newer', () => undefined);
else describeConnector(tryton, () => start(python));
