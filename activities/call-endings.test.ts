import { setImmediate as turn } from 'node:timers/promises';
import type { CallEnd } from '../store/quota';
import { CallEndings } from './call-endings';

const end = (leaseId: string): CallEnd => ({
  leaseId,
  calls: 1,
  observed: null,
  limited: null,
});

function recorded(fails: readonly string[] = []) {
  const written: string[] = [];
  const endings = new CallEndings(async ({ leaseId }) => {
    written.push(leaseId);
    await turn();
    if (fails.includes(leaseId)) throw new Error(`${leaseId} was not written`);
  });
  return { written, endings };
}

describe('endings of calls', () => {
  it('goes with the call that follows at once, and is not written by itself', async () => {
    const { written, endings } = recorded();
    endings.add(end('a'));
    expect(await endings.take()).toEqual(end('a'));
    await turn();
    await endings.settled();
    expect(written).toEqual([]);
  });

  it('is written by itself where no call follows', async () => {
    const { written, endings } = recorded();
    endings.add(end('a'));
    await turn();
    expect(written).toEqual(['a']);
    expect(await endings.take()).toBeNull();
  });

  it('writes the one before when another call ends, and each once', async () => {
    const { written, endings } = recorded();
    endings.add(end('a'));
    endings.add(end('b'));
    await endings.settled();
    await turn();
    expect(written).toEqual(['a', 'b']);
  });

  it('tells of a failure, whichever of several endings it was', async () => {
    for (const fails of ['a', 'b']) {
      const { endings } = recorded([fails]);
      endings.add(end('a'));
      endings.add(end('b'));
      await expect(endings.settled()).rejects.toThrow(`${fails} was not written`);
    }
  });

  it('tells the next call of a failure, which must not ask on a ledger that lacks a call', async () => {
    const { endings } = recorded(['a']);
    endings.add(end('a'));
    await turn();
    await expect(endings.take()).rejects.toThrow('a was not written');
  });
});
