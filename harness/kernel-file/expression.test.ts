import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Values, ValueType } from './expression.ts';
import { readExpression } from './expression.ts';

const types: Readonly<Record<string, ValueType>> = {
  n: 'number',
  d: 'number',
  causal: 'flag',
  precision: 'word',
};
const values: Values = { n: 100, d: 64, causal: true, precision: 'f16s' };
const valueOf = (text: string): unknown => readExpression(text, types).of(values);

describe('a formula', () => {
  it.each<readonly [string, number | boolean | string]>([
    ['ceil(n / 64) * 8', 16],
    ['n / 64', 100 / 64],
    ['n % 64 - -2', 38],
    ['2 + 3 * 4 - 6 / 3 - 1', 11],
    ['(2 + 3) * 4', 20],
    ['-n + d', -36],
    ['1e3 + .5', 1000.5],
    ['causal ? n / 2 : n', 50],
    ['!causal ? 1 : n > d ? 2 : 3', 2],
    ['n >= 100 && d < 65 || false', true],
    ['!(n == 100)', false],
    ["precision == 'f16s' && causal != false", true],
    ["precision != 'f32'", true],
    ['max(1, min(n, d), 3)', 64],
    ['pow(2, floor(log2(n))) + round(sqrt(d)) + abs(0 - 1)', 73],
    ['  n  ', 100],
  ])('%s', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  it.each<readonly [string, string]>([
    ['ceil(n / 64', "'ceil(n / 64' has its end at column 12, where ')' is expected"],
    ['n 64', "'n 64' has 64 at column 3, where an operator is expected"],
    ['n * * 2', "'n * * 2' has * at column 5, where a value is expected"],
    ['', "'' has its end at column 1, where a value is expected"],
    ['n = 2', "'n = 2' cannot be read from column 3 on"],
    ["precision == 'f32", "'precision == 'f32' cannot be read from column 14 on"],
    ['n.d', "'n.d' cannot be read from column 2 on"],
    ['causl', "'causl' has 'causl', which is no axis and no constant above; did you mean 'causal'?"],
    ['zzzz', "'zzzz' has 'zzzz', which is no axis and no constant above; there are n, d, causal, precision"],
    [
      'toString',
      "'toString' has 'toString', which is no axis and no constant above; there are n, d, causal, precision",
    ],
    ['cel(n)', "'cel(n)' calls 'cel', which is no function; did you mean 'ceil'?"],
    ['ceil(n, d)', "'ceil(n, d)': ceil takes 1 values, not 2"],
    ['causal + 1', "'causal + 1': '+' takes a number, not true or false"],
    ['n && causal', "'n && causal': '&&' takes true or false, not a number"],
    ["n == 'f32'", "'n == 'f32'': '==' here takes a number, not a word in quotes"],
    ["causal ? n : 'f32'", "'causal ? n : 'f32'': both sides of ':' must be numbers, or both true or false"],
  ])('%s is refused', (text, message) => {
    expect(() => readExpression(text, types)).toThrow(message);
  });

  it('says which names it uses', () => {
    expect([...readExpression('causal ? n : max(n, 2)', types).names]).toEqual(['causal', 'n']);
  });

  it('calculates what the same text means in JavaScript', () => {
    const number = fc.oneof(fc.constantFrom('n', 'd'), fc.integer({ min: 0, max: 1000 }).map(String));
    const { whole } = fc.letrec<{ whole: string; sum: string }>((tie) => ({
      sum: fc.oneof({ depthSize: 'small' }, number, tie('whole')),
      whole: fc
        .tuple(tie('sum'), fc.constantFrom('+', '-', '*', '/', '%'), tie('sum'), fc.boolean())
        .map(([a, operator, b, bracket]) => (bracket ? `(${a} ${operator} ${b})` : `${a} ${operator} ${b}`)),
    }));
    fc.assert(
      fc.property(whole, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (text, n, d) => {
        const meant: unknown = runInNewContext(text, { n, d });
        expect(readExpression(text, types).of({ n, d })).toBe(meant);
      }),
    );
  });

  it('never fails otherwise than with a sentence of its own', () => {
    const piece = fc.constantFrom(
      'n',
      'd',
      'causal',
      "'x'",
      '1',
      '(',
      ')',
      '+',
      '?',
      ':',
      '&&',
      '==',
      'min',
      ',',
      '!',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join(' ');
        try {
          readExpression(text, types).of(values);
        } catch (error) {
          expect(String(error)).toContain(`'${text}'`);
        }
      }),
    );
  });
});
