/** Reads the JSON of old and new engines defensively: a field that is missing, null or of another type is undefined. */

export type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Fields = {};

/** The object's fields; empty for anything that is not an object. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NOTHING;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A number above zero: the engine writes 0 (and -1) for "not set". */
export function positive(value: unknown): number | undefined {
  const count = number(value);
  return count !== undefined && count > 0 ? count : undefined;
}

/** Strings of a list; a single string is a list of one (podman's entrypoint). */
export function texts(value: unknown): readonly string[] {
  if (typeof value === 'string' && value !== '') return [value];
  return list(value).filter((entry) => typeof entry === 'string');
}

/** Labels, options, attributes: only entries whose value is a string, number or boolean. */
export function strings(value: unknown): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  const given = fields(value);
  for (const key of Object.keys(given)) {
    const entry = given[key];
    if (typeof entry === 'string') result[key] = entry;
    else if (typeof entry === 'number' || typeof entry === 'boolean') result[key] = String(entry);
  }
  return result;
}

/** RFC 3339 to milliseconds since the epoch; Go's zero time (0001-01-01) and nonsense are undefined. */
export function time(value: unknown): number | undefined {
  return moment(Date.parse(text(value)));
}

/** Later dates have five digits for the year. */
const END_OF_TIME = Date.UTC(10_000, 0);

/** Milliseconds since the epoch that can be written as a date; undefined for all others. */
export function moment(at: number | undefined): number | undefined {
  return at !== undefined && at > 0 && at < END_OF_TIME ? at : undefined;
}
