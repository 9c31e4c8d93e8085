/**
 * The formulas of a kernel's manifest: `ceil(n / 64) * heads * batch`, `d <= 128 && d % 4 == 0`, `causal ? n / 2 : n`. A formula is
 * typed when it is read, so that a name or an operator that does not fit is told before anything runs. `/` divides as on paper.
 */
import type { AxisValue } from '../../kernels/contract.ts';
import { didYouMean } from '../nearest.ts';

export type Values = Readonly<Record<string, AxisValue>>;
export type ValueType = 'number' | 'flag' | 'word';

export type Expression = { readonly names: ReadonlySet<string> } & (
  | { readonly type: 'number'; readonly of: (values: Values) => number }
  | { readonly type: 'flag'; readonly of: (values: Values) => boolean }
  | { readonly type: 'word'; readonly of: (values: Values) => string }
);
export type NumberExpression = Extract<Expression, { readonly type: 'number' }>;
export type FlagExpression = Extract<Expression, { readonly type: 'flag' }>;

/** The formula cannot be read: why, in words that fit behind the name of a field. */
export class ExpressionError extends Error {}

const spoken: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  flag: 'true or false',
  word: 'a word in quotes',
};

const functions: Readonly<
  Record<
    string,
    { readonly least: number; readonly most: number; readonly of: (...numbers: number[]) => number }
  >
> = {
  abs: { least: 1, most: 1, of: Math.abs },
  ceil: { least: 1, most: 1, of: Math.ceil },
  floor: { least: 1, most: 1, of: Math.floor },
  round: { least: 1, most: 1, of: Math.round },
  sqrt: { least: 1, most: 1, of: Math.sqrt },
  log2: { least: 1, most: 1, of: Math.log2 },
  pow: { least: 2, most: 2, of: Math.pow },
  min: { least: 1, most: Infinity, of: Math.min },
  max: { least: 1, most: Infinity, of: Math.max },
};

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};
const orders: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const tokenPattern =
  /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|'([^']*)'|(<=|>=|==|!=|&&|\|\||[-+*/%<>!?:(),]))/y;

interface Token {
  readonly kind: 'number' | 'name' | 'word' | 'operator' | 'end';
  readonly text: string;
  /** Counted from 1. */
  readonly column: number;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  for (let at = 0; at < end;) {
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(text);
    if (match === null) {
      const column = at + text.slice(at).search(/\S/) + 1;
      throw new ExpressionError(`'${text}' cannot be read from column ${column} on`);
    }
    const [whole, number, name, word, operator] = match;
    const column = tokenPattern.lastIndex - whole.trimStart().length + 1;
    if (number !== undefined) tokens.push({ kind: 'number', text: number, column });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, column });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, column });
    else tokens.push({ kind: 'operator', text: operator, column });
    at = tokenPattern.lastIndex;
  }
  return [...tokens, { kind: 'end', text: 'its end', column: end + 1 }];
}

const namesOf = (...parts: readonly Expression[]): ReadonlySet<string> =>
  new Set(parts.flatMap(({ names }) => [...names]));

class Reader {
  private readonly text: string;
  private readonly types: Readonly<Record<string, ValueType>>;
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(text: string, types: Readonly<Record<string, ValueType>>) {
    this.text = text;
    this.types = types;
    this.tokens = tokensOf(text);
  }

  whole(): Expression {
    const expression = this.choice();
    if (this.next.kind !== 'end') throw this.unexpected('an operator');
    return expression;
  }

  private get next(): Token {
    return this.tokens[this.at];
  }

  private unexpected(wanted: string): ExpressionError {
    const { text, column } = this.next;
    return new ExpressionError(`'${this.text}' has ${text} at column ${column}, where ${wanted} is expected`);
  }

  /** Takes the operator when it is one of these. */
  private take(...operators: readonly string[]): string | null {
    const { kind, text } = this.next;
    if (kind !== 'operator' || !operators.includes(text)) return null;
    this.at++;
    return text;
  }

  private expect(operator: string): void {
    if (this.take(operator) === null) throw this.unexpected(`'${operator}'`);
  }

  private mismatch(what: string, wanted: ValueType, { type }: Expression): ExpressionError {
    return new ExpressionError(`'${this.text}': ${what} takes ${spoken[wanted]}, not ${spoken[type]}`);
  }

  private number(expression: Expression, what: string): NumberExpression {
    if (expression.type !== 'number') throw this.mismatch(what, 'number', expression);
    return expression;
  }

  private flag(expression: Expression, what: string): FlagExpression {
    if (expression.type !== 'flag') throw this.mismatch(what, 'flag', expression);
    return expression;
  }

  private choice(): Expression {
    const first = this.either();
    if (this.take('?') === null) return first;
    const condition = this.flag(first, "'?'");
    const yes = this.choice();
    this.expect(':');
    const no = this.choice();
    const names = namesOf(condition, yes, no);
    if (yes.type === 'number' && no.type === 'number') {
      return { type: 'number', names, of: (values) => (condition.of(values) ? yes : no).of(values) };
    }
    if (yes.type === 'flag' && no.type === 'flag') {
      return { type: 'flag', names, of: (values) => (condition.of(values) ? yes : no).of(values) };
    }
    throw new ExpressionError(`'${this.text}': both sides of ':' must be numbers, or both true or false`);
  }

  private either(): Expression {
    let left = this.both();
    while (this.take('||') !== null) {
      const [a, b] = [this.flag(left, "'||'"), this.flag(this.both(), "'||'")];
      left = { type: 'flag', names: namesOf(a, b), of: (values) => a.of(values) || b.of(values) };
    }
    return left;
  }

  private both(): Expression {
    let left = this.comparison();
    while (this.take('&&') !== null) {
      const [a, b] = [this.flag(left, "'&&'"), this.flag(this.comparison(), "'&&'")];
      left = { type: 'flag', names: namesOf(a, b), of: (values) => a.of(values) && b.of(values) };
    }
    return left;
  }

  private comparison(): Expression {
    const left = this.sum();
    const operator = this.take('==', '!=', ...Object.keys(orders));
    if (operator === null) return left;
    const right = this.sum();
    const names = namesOf(left, right);
    if (operator === '==' || operator === '!=') {
      if (left.type !== right.type) throw this.mismatch(`'${operator}' here`, left.type, right);
      return {
        type: 'flag',
        names,
        of: (values) => (left.of(values) === right.of(values)) === (operator === '=='),
      };
    }
    const [a, b] = [this.number(left, `'${operator}'`), this.number(right, `'${operator}'`)];
    return { type: 'flag', names, of: (values) => orders[operator](a.of(values), b.of(values)) };
  }

  private sum(): Expression {
    return this.chain(['+', '-'], () => this.chain(['*', '/', '%'], () => this.unary()));
  }

  private chain(operators: readonly string[], part: () => Expression): Expression {
    let left = part();
    for (let operator = this.take(...operators); operator !== null; operator = this.take(...operators)) {
      const calculate = arithmetic[operator];
      const [a, b] = [this.number(left, `'${operator}'`), this.number(part(), `'${operator}'`)];
      left = { type: 'number', names: namesOf(a, b), of: (values) => calculate(a.of(values), b.of(values)) };
    }
    return left;
  }

  private unary(): Expression {
    if (this.take('-') !== null) {
      const one = this.number(this.unary(), "'-'");
      return { type: 'number', names: one.names, of: (values) => -one.of(values) };
    }
    if (this.take('!') !== null) {
      const one = this.flag(this.unary(), "'!'");
      return { type: 'flag', names: one.names, of: (values) => !one.of(values) };
    }
    if (this.take('(') !== null) {
      const inside = this.choice();
      this.expect(')');
      return inside;
    }
    return this.atom();
  }

  private atom(): Expression {
    const { kind, text } = this.next;
    if (kind === 'end' || kind === 'operator') throw this.unexpected('a value');
    this.at++;
    const names: ReadonlySet<string> = new Set();
    if (kind === 'number') return { type: 'number', names, of: () => Number(text) };
    if (kind === 'word') return { type: 'word', names, of: () => text };
    if (text === 'true' || text === 'false') return { type: 'flag', names, of: () => text === 'true' };
    if (this.take('(') !== null) return this.call(text);
    return this.variable(text);
  }

  private call(name: string): Expression {
    if (!Object.hasOwn(functions, name)) {
      const known = Object.keys(functions);
      throw new ExpressionError(
        `'${this.text}' calls '${name}', which is no function${didYouMean(name, known) || `; there are ${known.join(', ')}`}`,
      );
    }
    const { least, most, of } = functions[name];
    const given: NumberExpression[] = [];
    do given.push(this.number(this.choice(), name));
    while (this.take(',') !== null);
    this.expect(')');
    if (given.length < least || given.length > most) {
      throw new ExpressionError(`'${this.text}': ${name} takes ${least} values, not ${given.length}`);
    }
    return {
      type: 'number',
      names: namesOf(...given),
      of: (values) => of(...given.map((one) => one.of(values))),
    };
  }

  private variable(name: string): Expression {
    if (!Object.hasOwn(this.types, name)) {
      const known = Object.keys(this.types);
      throw new ExpressionError(
        `'${this.text}' has '${name}', which is no axis and no constant above${didYouMean(name, known) || `; there are ${known.join(', ')}`}`,
      );
    }
    const names = new Set([name]);
    switch (this.types[name]) {
      case 'number':
        return { type: 'number', names, of: (values) => Number(values[name]) };
      case 'flag':
        return { type: 'flag', names, of: (values) => values[name] === true };
      case 'word':
        return { type: 'word', names, of: (values) => String(values[name]) };
    }
  }
}

/** Reads a formula over names of these types. Throws ExpressionError. */
export function readExpression(text: string, types: Readonly<Record<string, ValueType>>): Expression {
  return new Reader(text, types).whole();
}
