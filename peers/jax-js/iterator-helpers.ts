/** Iterator helpers, which the library uses and Node has from version 22 on. */

type Step = (value: unknown, index: number) => unknown;

function* map(this: Iterable<unknown>, step: Step): Generator<unknown> {
  let index = 0;
  for (const value of this) yield step(value, index++);
}
function* filter(this: Iterable<unknown>, keep: Step): Generator<unknown> {
  let index = 0;
  for (const value of this) if (keep(value, index++)) yield value;
}
function toArray(this: Iterable<unknown>): unknown[] {
  return [...this];
}
function some(this: Iterable<unknown>, test: Step): boolean {
  let index = 0;
  for (const value of this) if (test(value, index++)) return true;
  return false;
}
function every(this: Iterable<unknown>, test: Step): boolean {
  let index = 0;
  for (const value of this) if (!test(value, index++)) return false;
  return true;
}

/** Adds those that are missing to every iterator. */
export function addIteratorHelpers(): void {
  const prototype: object = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  for (const [name, value] of Object.entries({ map, filter, toArray, some, every })) {
    if (name in prototype) continue;
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}
