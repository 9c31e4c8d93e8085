/**
 * WGSL asks that `var x : T;` inside a loop be zero in every iteration, and some compilers zero it once per function. With an
 * initialiser written out they have no choice. Only declarations inside loop bodies are touched.
 */

/** A declaration without an initialiser, inside a function: no address space, which would make it a module's variable. */
const bareDeclaration = /\bvar\s+(\w+)\s*:\s*([^;={}]+);/y;
const loopHead = /\b(?:for|while|loop)\b/y;

export interface Repair {
  readonly code: string;
  /** The variables that were given an initialiser. */
  readonly variables: readonly string[];
}

/** End of a comment that begins at `from`, or `from` where none does. */
function afterComment(code: string, from: number): number {
  if (code.startsWith('//', from)) {
    const end = code.indexOf('\n', from);
    return end < 0 ? code.length : end;
  }
  if (!code.startsWith('/*', from)) return from;
  let depth = 1;
  let at = from + 2;
  while (at < code.length && depth > 0) {
    if (code.startsWith('/*', at)) {
      depth++;
      at += 2;
    } else if (code.startsWith('*/', at)) {
      depth--;
      at += 2;
    } else at++;
  }
  return at;
}

/** The match of a sticky pattern at a place that begins a word. */
function matchAt(pattern: RegExp, code: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(code);
}

/** Adds the missing initialisers. Code that has none missing comes back as it was. */
export function initialiseLoopVariables(code: string): Repair {
  /** For each open brace: is it, or is it within, a loop's body? */
  const inLoop: boolean[] = [];
  const variables: string[] = [];
  let loopAnnounced = false;
  let parentheses = 0;
  let repaired = '';
  let at = 0;
  while (at < code.length) {
    const commentEnd = afterComment(code, at);
    if (commentEnd > at) {
      repaired += code.slice(at, commentEnd);
      at = commentEnd;
      continue;
    }
    if (matchAt(loopHead, code, at) !== null) loopAnnounced = true;
    const declaration =
      inLoop.at(-1) === true && parentheses === 0 ? matchAt(bareDeclaration, code, at) : null;
    if (declaration !== null) {
      const [whole, name, type] = declaration;
      variables.push(name);
      repaired += `var ${name} : ${type.trim()} = ${type.trim()}();`;
      at += whole.length;
      continue;
    }
    const character = code[at];
    if (character === '(') parentheses++;
    if (character === ')') parentheses--;
    if (character === '{') {
      inLoop.push(loopAnnounced || inLoop.at(-1) === true);
      loopAnnounced = false;
    }
    if (character === '}') inLoop.pop();
    repaired += character;
    at++;
  }
  return { code: repaired, variables };
}
