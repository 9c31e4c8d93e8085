/** Module-level declarations of WGSL, as far as the size of a workgroup depends on them. Function bodies stay token lists. */

export type Token = string;

/** The text does not say it, or says it in a way that is not understood here. */
export class UnknownWgsl extends Error {}

/** What was read, or null where it cannot be known. */
export function known<Result>(read: () => Result): Result | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownWgsl) return null;
    throw error;
  }
}

const tokenPattern =
  /0[xX][\da-fA-F]+[iu]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[iufh]?|[A-Za-z_]\w*|->|[=!]=|&&|\|\||[^\s]/g;

/** `<` and `>` are always single: template lists end in `>>`. */
function tokensOf(code: string): readonly Token[] {
  const bare = code.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/\/\/[^\n]*/g, ' ');
  return bare.match(tokenPattern) ?? [];
}

/** Reads tokens one after the other. */
export class Cursor {
  private readonly tokens: readonly Token[];
  private at: number;

  constructor(tokens: readonly Token[], at = 0) {
    this.tokens = tokens;
    this.at = at;
  }

  get ended(): boolean {
    return this.at >= this.tokens.length;
  }

  peek(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? '';
  }

  next(): Token {
    if (this.ended) throw new UnknownWgsl('the text ends early');
    return this.tokens[this.at++];
  }

  /** Takes the token if it is the next one. */
  take(token: Token): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  expect(token: Token): void {
    if (!this.take(token)) throw new UnknownWgsl(`'${token}' was expected before '${this.peek()}'`);
  }

  /** The tokens up to one of `ends` outside of brackets, which stays where it is. */
  until(...ends: readonly Token[]): readonly Token[] {
    const from = this.at;
    for (let depth = 0; !this.ended; this.at++) {
      const token = this.peek();
      if (depth === 0 && ends.includes(token)) break;
      if ('([{'.includes(token)) depth++;
      else if (')]}'.includes(token)) depth--;
    }
    return this.tokens.slice(from, this.at);
  }

  /** What stands between an opening bracket, which comes next, and its partner. */
  bracketed(open: '(' | '{', close: ')' | '}'): readonly Token[] {
    this.expect(open);
    const inside = this.until(close);
    this.expect(close);
    return inside;
  }
}

export interface WgslFunction {
  /** Arguments of `@workgroup_size`; null where there is none. */
  readonly workgroupSize: readonly Token[] | null;
  readonly body: ReadonlySet<Token>;
}

export interface WgslConstant {
  readonly type: readonly Token[];
  readonly value: readonly Token[];
}

export interface WgslBinding {
  readonly group: number;
  readonly binding: number;
}

/** By name. */
export interface WgslModule {
  readonly constants: ReadonlyMap<string, WgslConstant>;
  readonly aliases: ReadonlyMap<string, readonly Token[]>;
  readonly structs: ReadonlyMap<string, readonly Token[]>;
  /** Type of each variable of the workgroup. */
  readonly workgroupVariables: ReadonlyMap<string, readonly Token[]>;
  readonly functions: ReadonlyMap<string, WgslFunction>;
  /** The default of each `override`; empty where it has none. */
  readonly overrides: ReadonlyMap<string, WgslConstant>;
  /** Where each variable that is a resource is bound. */
  readonly bindings: ReadonlyMap<string, WgslBinding>;
}

/** Splits a module into its declarations. Throws UnknownWgsl. */
export function parseModule(code: string): WgslModule {
  const constants = new Map<string, WgslConstant>();
  const aliases = new Map<string, readonly Token[]>();
  const structs = new Map<string, readonly Token[]>();
  const workgroupVariables = new Map<string, readonly Token[]>();
  const functions = new Map<string, WgslFunction>();
  const overrides = new Map<string, WgslConstant>();
  const bindings = new Map<string, WgslBinding>();
  const cursor = new Cursor(tokensOf(code));
  const place: { group: number | null; binding: number | null } = { group: null, binding: null };
  let workgroupSize: readonly Token[] | null = null;
  while (!cursor.ended) {
    const word = cursor.next();
    switch (word) {
      case '@': {
        const name = cursor.next();
        const values = cursor.peek() === '(' ? cursor.bracketed('(', ')') : [];
        if (name === 'workgroup_size') workgroupSize = values;
        if (name === 'group' || name === 'binding')
          place[name] = Number(values.join('').replace(/[iu]$/, ''));
        break;
      }
      case 'const': {
        const name = cursor.next();
        const type = cursor.take(':') ? cursor.until('=') : [];
        cursor.expect('=');
        constants.set(name, { type, value: cursor.until(';') });
        break;
      }
      case 'override': {
        const name = cursor.next();
        const type = cursor.take(':') ? cursor.until('=', ';') : [];
        overrides.set(name, { type, value: cursor.take('=') ? cursor.until(';') : [] });
        break;
      }
      case 'alias': {
        const name = cursor.next();
        cursor.expect('=');
        aliases.set(name, cursor.until(';'));
        break;
      }
      case 'struct': {
        const name = cursor.next();
        structs.set(name, cursor.bracketed('{', '}'));
        break;
      }
      case 'var': {
        const space = cursor.take('<') ? cursor.until('>') : [];
        cursor.take('>');
        const name = cursor.next();
        cursor.expect(':');
        const type = cursor.until(';', '=');
        if (space[0] === 'workgroup') workgroupVariables.set(name, type);
        const { group, binding } = place;
        if (group !== null && binding !== null) bindings.set(name, { group, binding });
        Object.assign(place, { group: null, binding: null });
        cursor.until(';');
        break;
      }
      case 'fn': {
        const name = cursor.next();
        cursor.bracketed('(', ')');
        cursor.until('{');
        // What follows a dot is a member, whatever else has its name.
        const body = cursor.bracketed('{', '}').filter((_, at, tokens) => tokens[at - 1] !== '.');
        functions.set(name, { workgroupSize, body: new Set(body) });
        workgroupSize = null;
        break;
      }
      case ';':
        break;
      // enable, requires, diagnostic, const_assert: nothing that a size is made of.
      default:
        cursor.until(';');
    }
  }
  return { constants, aliases, structs, workgroupVariables, functions, overrides, bindings };
}
