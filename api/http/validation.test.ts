import { z } from 'zod';
import type { AppError } from '../../core/errors';
import { parseInput } from './validation';

const schema = z.strictObject({
  name: z.string(),
  kind: z.enum(['A', 'B'], 'Must be A or B.').optional(),
  inner: z.strictObject({ size: z.int('Must be an integer.') }).optional(),
  list: z
    .array(z.union([z.enum(['X'], 'Not an X.'), z.strictObject({ at: z.iso.date('Not a date.') })]))
    .optional(),
});

function refusal(input: unknown): Pick<AppError, 'code' | 'field' | 'message'> {
  try {
    parseInput(schema, input);
  } catch (error) {
    const { code, field, message } = error as AppError;
    return { code, field, message };
  }
  throw new Error('It was accepted');
}

describe('refusing input', () => {
  it.each([
    [{}, 'missing-params', 'name', 'Missing required field: name.'],
    [{ name: 'n', kind: 'C' }, 'invalid-params', 'kind', 'Invalid field: kind. Must be A or B.'],
    [
      { name: 'n', inner: { size: 'big' } },
      'invalid-params',
      'inner.size',
      'Invalid field: inner.size. Must be an integer.',
    ],
    [
      { name: 'n', inner: {} },
      'missing-params',
      'inner.size',
      'Missing required field: inner.size.',
    ],
    [
      { name: 'n', inner: { size: 1, more: 2 } },
      'invalid-params',
      'inner.more',
      'Invalid field: inner.more. It is not known here.',
    ],
    [
      { name: 'n', list: ['X', { at: 'noon' }] },
      'invalid-params',
      'list',
      'Invalid field: list. Entry [1].at: Not a date.',
    ],
    [
      { name: 'n', list: [{}] },
      'missing-params',
      'list',
      'Missing required field: list. Entry [0].at',
    ],
  ])('names the field at fault in %j', (input, code, field, message) => {
    expect(refusal(input)).toEqual({ code, field, message });
  });

  it('names the body where it is none', () => {
    expect(refusal('text')).toMatchObject({ code: 'invalid-params', field: 'body' });
  });
});
