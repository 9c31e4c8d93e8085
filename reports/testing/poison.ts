/** Values with a text in every place where their schema takes any: a field that the schema gains is poisoned without being named here. */
import type { z } from 'zod';

type Schema = z.core.$ZodType;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `value` with the text in all its strings; where there is no value and the schema takes strings, one that is made up. */
function poisoned(schema: Schema, value: unknown, text: string): unknown {
  // The types of zod's core tell a schema's kind by its definition.
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  switch (def.type) {
    case 'string':
      // A date, or a hash, can be nothing else.
      return fits(schema, text) ? text : value;
    case 'number':
      return value ?? 1;
    case 'boolean':
      return value ?? true;
    case 'null':
      return null;
    case 'literal':
      return value ?? def.values[0];
    case 'enum':
      return value ?? Object.values(def.entries)[0];
    case 'nullable':
      return value === null ? null : poisoned(def.innerType, value, text);
    case 'default':
      return poisoned(def.innerType, value, text);
    case 'optional':
      return value === undefined && !hasStrings(def.innerType)
        ? undefined
        : poisoned(def.innerType, value, text);
    case 'array': {
      const items = Array.isArray(value) ? value : [undefined];
      return items.map((item) => poisoned(def.element, item, text));
    }
    case 'tuple': {
      const items: readonly unknown[] = Array.isArray(value) ? value : [];
      return def.items.map((item, index) => poisoned(item, items[index], text));
    }
    case 'record': {
      const entries = isObject(value) ? Object.entries(value) : [];
      // A key of its own, beside those that code looks for.
      const all = [...entries, [text, undefined] as const];
      return Object.fromEntries(all.map(([key, item]) => [key, poisoned(def.valueType, item, text)]));
    }
    case 'object': {
      const own = isObject(value) ? value : {};
      const fields = Object.entries(def.shape).map(([key, field]) => [key, poisoned(field, own[key], text)]);
      const others = Object.entries(own).filter(([key]) => !(key in def.shape));
      const more = def.catchall === undefined || others.length === 0 ? [] : others;
      return Object.fromEntries([
        ...fields,
        ...more.map(([key, item]) => [key, typeof item === 'string' ? text : item]),
      ]);
    }
    case 'union': {
      const fitting = def.options.find((option) => fits(option, value));
      return poisoned(fitting ?? def.options[0], value, text);
    }
    default:
      throw new Error(`no way to poison a schema of type ${def.type}`);
  }
}

const token = 'a string of this schema';
const hasStrings = (schema: Schema): boolean =>
  JSON.stringify(poisoned(schema, undefined, token)).includes(token);

function fits(schema: Schema, value: unknown): boolean {
  return !('issues' in schema['~standard'].validate(value));
}

export function poison<Of extends z.ZodType>(schema: Of, value: z.infer<Of>, text: string): z.infer<Of> {
  return schema.parse(poisoned(schema, value, text));
}
