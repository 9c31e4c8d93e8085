/** Constant expressions of WGSL: whole numbers, floats and booleans, as sizes are made of. */
import type { Token, WgslModule } from './wgsl-tokens.ts';
import { Cursor, UnknownWgsl } from './wgsl-tokens.ts';

type Value =
  | { readonly kind: 'whole' | 'float'; readonly number: number }
  | { readonly kind: 'bool'; readonly is: boolean };

const whole = (number: number): Value => ({ kind: 'whole', number });
const bool = (is: boolean): Value => ({ kind: 'bool', is });

/** From the loosest to the tightest. `<` and `>` end a template list, so those that use them are read outside of one only. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

function numberOf(value: Value): number {
  if (value.kind === 'bool') throw new UnknownWgsl('a number was expected');
  return value.number;
}
function truthOf(value: Value): boolean {
  if (value.kind !== 'bool') throw new UnknownWgsl('a boolean was expected');
  return value.is;
}

function calculate(operator: string, left: Value, right: Value): Value {
  if (operator === '||') return bool(truthOf(left) || truthOf(right));
  if (operator === '&&') return bool(truthOf(left) && truthOf(right));
  if (left.kind === 'bool' || right.kind === 'bool') {
    const same = truthOf(left) === truthOf(right);
    if (operator === '==') return bool(same);
    if (operator === '!=') return bool(!same);
    throw new UnknownWgsl(`'${operator}' of booleans`);
  }
  const [a, b] = [left.number, right.number];
  const kind = left.kind === 'float' || right.kind === 'float' ? 'float' : 'whole';
  switch (operator) {
    case '==':
      return bool(a === b);
    case '!=':
      return bool(a !== b);
    case '<':
      return bool(a < b);
    case '>':
      return bool(a > b);
    case '<=':
      return bool(a <= b);
    case '>=':
      return bool(a >= b);
    case '+':
      return { kind, number: a + b };
    case '-':
      return { kind, number: a - b };
    case '*':
      return { kind, number: a * b };
    case '/':
      return { kind, number: kind === 'whole' ? Math.trunc(a / b) : a / b };
    case '%':
      return { kind, number: a % b };
    case '<<':
      return whole((a << b) >>> 0);
    case '>>':
      return whole(a >>> b);
    case '&':
      return whole((a & b) >>> 0);
    case '|':
      return whole((a | b) >>> 0);
    case '^':
      return whole((a ^ b) >>> 0);
    default:
      throw new UnknownWgsl(`the operator '${operator}'`);
  }
}

function callOf(name: string, values: readonly Value[]): Value {
  const numbers = (): readonly number[] => values.map(numberOf);
  const kind = values.some((value) => value.kind === 'float') ? 'float' : 'whole';
  switch (name) {
    case 'max':
      return { kind, number: Math.max(...numbers()) };
    case 'min':
      return { kind, number: Math.min(...numbers()) };
    case 'abs':
      return { kind, number: Math.abs(numbers()[0]) };
    case 'clamp': {
      const [value, low, high] = numbers();
      return { kind, number: Math.min(Math.max(value, low), high) };
    }
    case 'select':
      return truthOf(values[2]) ? values[1] : values[0];
    case 'u32':
    case 'i32':
      return whole(values[0].kind === 'bool' ? Number(values[0].is) : Math.trunc(numbers()[0]));
    case 'f32':
    case 'f16':
      return { kind: 'float', number: numbers()[0] };
    case 'ceil':
      return { kind: 'float', number: Math.ceil(numbers()[0]) };
    case 'floor':
      return { kind: 'float', number: Math.floor(numbers()[0]) };
    default:
      throw new UnknownWgsl(`the function '${name}'`);
  }
}

function literal(token: Token): Value {
  const text = /^0x/i.test(token) ? token.replace(/[iu]$/, '') : token.replace(/[iufh]$/, '');
  const isWhole = /^0x/i.test(token) || !/[.eEfh]/.test(token);
  return { kind: isWhole ? 'whole' : 'float', number: Number(text) };
}

class Evaluator {
  private readonly module: WgslModule;
  private readonly cursor: Cursor;
  private readonly inTemplate: boolean;

  constructor(module: WgslModule, cursor: Cursor, inTemplate: boolean) {
    this.module = module;
    this.cursor = cursor;
    this.inTemplate = inTemplate;
  }

  expression(level = 0): Value {
    if (level === levels.length) return this.unary();
    let left = this.expression(level + 1);
    for (;;) {
      const operator = this.operatorOf(level);
      if (operator === null) return left;
      left = calculate(operator, left, this.expression(level + 1));
    }
  }

  /** Takes an operator of the level; `<<`, `<=` and the like arrive as two tokens. */
  private operatorOf(level: number): string | null {
    const [first, second] = [this.cursor.peek(), this.cursor.peek(1)];
    const isAngle = first === '<' || first === '>';
    const isPair = isAngle && (second === first || second === '=');
    const operator = isPair ? first + second : first;
    if (!levels[level].includes(operator) || (this.inTemplate && isAngle && operator !== '<<')) return null;
    this.cursor.next();
    if (isPair) this.cursor.next();
    return operator;
  }

  private unary(): Value {
    if (this.cursor.take('-')) {
      const value = this.unary();
      if (value.kind === 'bool') throw new UnknownWgsl("'-' of a boolean");
      return { kind: value.kind, number: -value.number };
    }
    if (this.cursor.take('!')) return bool(!truthOf(this.unary()));
    if (this.cursor.take('(')) {
      const value = new Evaluator(this.module, this.cursor, false).expression();
      this.cursor.expect(')');
      return value;
    }
    const token = this.cursor.next();
    if (/^[\d.]/.test(token)) return literal(token);
    if (token === 'true' || token === 'false') return bool(token === 'true');
    if (this.cursor.peek() === '(') return callOf(token, this.callArguments());
    return this.constant(token);
  }

  private callArguments(): readonly Value[] {
    const inside = new Cursor(this.cursor.bracketed('(', ')'));
    const values: Value[] = [];
    while (!inside.ended) {
      values.push(new Evaluator(this.module, inside, false).expression());
      if (!inside.ended) inside.expect(',');
    }
    return values;
  }

  private constant(name: string): Value {
    const known = this.module.constants.get(name);
    if (known === undefined) throw new UnknownWgsl(`'${name}' is no constant`);
    const value = new Evaluator(this.module, new Cursor(known.value), false).expression();
    const isFloat = known.type[0] === 'f32' || known.type[0] === 'f16';
    return isFloat && value.kind === 'whole' ? { kind: 'float', number: value.number } : value;
  }
}

/** Reads a number from the cursor, up to a comma or, in a template list, to its end. Throws UnknownWgsl. */
export function evaluateNumber(module: WgslModule, cursor: Cursor, inTemplate: boolean): number {
  return numberOf(new Evaluator(module, cursor, inTemplate).expression());
}
