import fc from 'fast-check';
import { decode, encodeInstant } from './decode';

describe('decode', () => {
  it.each([
    [{ __class__: 'Decimal', decimal: '37.50' }, '37.50'],
    [{ __class__: 'date', year: 2026, month: 3, day: 9 }, '2026-03-09'],
    [
      {
        __class__: 'datetime',
        year: 2026,
        month: 3,
        day: 9,
        hour: 8,
        minute: 7,
        second: 6,
        microsecond: 45_678,
      },
      '2026-03-09T08:07:06.045Z',
    ],
    [{ __class__: 'time', hour: 8, minute: 7, second: 6, microsecond: 0 }, '08:07:06.000'],
    [{ __class__: 'timedelta', seconds: 90.5 }, 90.5],
    [{ __class__: 'bytes', base64: 'AAE=' }, 'AAE='],
    [null, null],
    [12.5, 12.5],
    [false, false],
    ['text', 'text'],
  ])('reads %j as %j', (given, expected) => {
    expect(decode(given)).toEqual(expected);
  });

  it('reads values at every depth', () => {
    expect(
      decode({ id: 1, 'lines.': [{ amount: { __class__: 'Decimal', decimal: '1' } }] }),
    ).toEqual({ id: 1, 'lines.': [{ amount: '1' }] });
  });

  it('leaves a class it does not know as it is', () => {
    expect(decode({ __class__: 'Money', amount: 1 })).toEqual({ __class__: 'Money', amount: 1 });
  });

  it('reads back every instant it writes, to the millisecond', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('1970-01-01'),
          max: new Date('2999-12-31'),
          noInvalidDate: true,
        }),
        (at) => {
          expect(decode(encodeInstant(at))).toBe(at.toISOString());
        },
      ),
    );
  });
});
