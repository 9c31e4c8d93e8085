/**
 * Messages between a page and the process that drives it, as text. JSON knows no typed arrays, sets, NaN or infinities; here they are
 * objects with the one key `$`, and an object that has such a key of its own is a list of its entries.
 */

const tag = '$';

const typedArrays = {
  Float32Array,
  Float64Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
} as const;

type TypedName = keyof typeof typedArrays;
const isTypedName = (name: unknown): name is TypedName =>
  typeof name === 'string' && Object.hasOwn(typedArrays, name);

/** Arguments of one call are limited in number. */
const chunkBytes = 0x8000;

function base64Of(view: ArrayBufferView): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    text += String.fromCharCode(...bytes.subarray(at, at + chunkBytes));
  }
  return btoa(text);
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

function pack(value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { [tag]: 'number', is: numberText(value) };
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(pack);
  if (value instanceof Set) return { [tag]: 'Set', of: [...value].map(pack) };
  if (ArrayBuffer.isView(value)) {
    const name = value.constructor.name;
    if (!isTypedName(name)) throw new TypeError(`a ${name} cannot be sent`);
    return { [tag]: name, bytes: base64Of(value) };
  }
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, pack(inner)]);
  return Object.hasOwn(value, tag) ? { [tag]: 'object', of: entries } : Object.fromEntries(entries);
}

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** For JSON.parse, which asks from the inside out. */
function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, tag)) return value;
  const { [tag]: kind, is, of, bytes }: Record<string, unknown> = Object.fromEntries(Object.entries(value));
  if (kind === 'number') return Number(is);
  if (kind === 'Set' && Array.isArray(of)) return new Set(of);
  if (kind === 'object' && Array.isArray(of)) return Object.fromEntries(of);
  if (isTypedName(kind) && typeof bytes === 'string') return new typedArrays[kind](bytesOf(bytes).buffer);
  throw new TypeError(`'${String(kind)}' is nothing that was sent`);
}

export const encode = (value: unknown): string => JSON.stringify(pack(value));
/** What was encoded. The other side is this project too: its word is taken for what it sends. */
export const decode = <Value>(text: string): Value => JSON.parse(text, revive);
