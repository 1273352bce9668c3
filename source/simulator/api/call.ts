import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../lib/clock.ts';
import { Refusal, type World } from '../world/types.ts';

/** A request as its handler sees it, and helpers for answering it. */
export type Call = {
  world: World;
  clock: Clock;
  /** Path parameters by their names in the route. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The version in the path, such as 1.45; the newest if the path has none. */
  version: number;
  request: IncomingMessage;
  response: ServerResponse;
  /** The connection itself, if the client has asked to upgrade it (exec, attach). */
  socket?: Duplex;
  /** The JSON body. {} if there is none; fails with a Refusal if it is not JSON. */
  body(): Promise<Readonly<Record<string, unknown>>>;
};

/** `body` undefined: no content (204 unless `status` says otherwise). TAKEN: the handler sends the answer itself. */
export type Answer = { status: number; body?: unknown };
export const TAKEN = Symbol('taken');
export type Handler = (call: Call) => Answer | typeof TAKEN | Promise<Answer | typeof TAKEN>;

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** An answer whose JSON is already serialised. */
export class Json {
  readonly bytes: Buffer;

  constructor(json: Buffer | string) {
    this.bytes = typeof json === 'string' ? Buffer.from(json) : json;
  }
}

export const NO_CONTENT: Answer = { status: 204 };
export const NOT_MODIFIED: Answer = { status: 304 };

/** Like Go's httputils.BoolValue: anything but these is true. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = (query.get(name) ?? '').trim().toLowerCase();
  return !['', '0', 'no', 'false', 'none'].includes(value);
}

export type Filters = ReadonlyMap<string, ReadonlySet<string>>;

/** `filters`: {"label": ["a=b"]} or, as old clients write it, {"label": {"a=b": true}}. Unknown names are refused. */
export function filtersOf(call: Call, known: readonly string[]): Filters {
  const text = call.query.get('filters');
  const filters = new Map<string, ReadonlySet<string>>();
  if (!text) return filters;
  for (const [name, values] of Object.entries(parseFilters(text))) {
    if (!known.includes(name)) throw new Refusal(400, `invalid filter '${name}'`);
    filters.set(name, new Set(Array.isArray(values) ? values.map(String) : Object.keys(values ?? {})));
  }
  return filters;
}

function parseFilters(text: string): Record<string, string[] | Record<string, boolean> | null> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new Refusal(400, `invalid character '${text[0]}' looking for beginning of value`);
  }
}

/** Whether all label filters match: "name" or "name=value"; "label!" matches if none of its values does. */
export function labelsMatch(labels: Readonly<Record<string, string>>, filters: Filters): boolean {
  const has = (wanted: string): boolean => {
    const at = wanted.indexOf('=');
    const key = at < 0 ? wanted : wanted.slice(0, at);
    return key in labels && (at < 0 || labels[key] === wanted.slice(at + 1));
  };
  return [...(filters.get('label') ?? [])].every(has) && ![...(filters.get('label!') ?? [])].some(has);
}

/** `until` of the prune calls: a Unix time, or a duration back from now such as "24h" or "1h30m". */
export function untilOf(filters: Filters, now: number): number {
  const [value] = filters.get('until') ?? [];
  if (value === undefined) return Infinity;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6 };
  let ago = 0;
  for (const [, amount, unit] of value.matchAll(/([\d.]+)(ms|[smh])/g))
    ago += Number(amount) * (units[unit ?? ''] ?? 0);
  return ago > 0 ? now - ago : Date.parse(value) || Infinity;
}
