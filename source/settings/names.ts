import { SettingsSchema } from './schema.ts';

/** The names that settings may have at a place, as far as they are fixed. */
export function settingNames(path: readonly (string | number)[]): string[] {
  let schema: unknown = SettingsSchema;
  for (const key of path) {
    const { entries, value, item } = inner(schema);
    schema = entries?.[String(key)] ?? value ?? item;
  }
  return Object.keys(inner(schema).entries ?? {});
}

type Shape = { entries?: Readonly<Record<string, unknown>>; value?: unknown; item?: unknown };

/** What is in an optional or piped schema. */
function inner(schema: unknown): Shape {
  const { wrapped, pipe } = (schema ?? {}) as { wrapped?: unknown; pipe?: readonly unknown[] };
  if (wrapped !== undefined) return inner(wrapped);
  if (pipe !== undefined && pipe[0] !== schema) return inner(pipe[0]);
  return (schema ?? {}) as Shape;
}
