import { nanoseconds } from './time.ts';

/** The engine's events: the most recent ones, and their listeners. */

export type WorldEvent = {
  at: number;
  type: 'container' | 'image' | 'volume' | 'network' | 'daemon' | 'builder';
  action: string;
  id: string;
  attributes: Record<string, string>;
};

/** How many the real engine keeps: daemon/events/events.go, eventsLimit. */
const KEPT = 256;

export type EventLog = { kept: WorldEvent[]; listeners: Set<(event: WorldEvent) => void>; last: number };

export function newEventLog(): EventLog {
  return { kept: [], listeners: new Set(), last: 0 };
}

/** Events carry different times even when they happen at once, so that a reader can resume after the last one. */
export function record(log: EventLog, event: WorldEvent): void {
  const at = Math.max(event.at, log.last + 0.002);
  log.last = at;
  const stamped = { ...event, at };
  log.kept.push(stamped);
  if (log.kept.length > KEPT) log.kept.shift();
  for (const listener of [...log.listeners]) listener(stamped);
}

/** One line of the event stream. timeNano has more digits than a double holds: it is written as text. */
export function eventJson(event: WorldEvent): string {
  const { type, action, id, attributes, at } = event;
  const old = type === 'container' ? { status: action, id, from: attributes.image ?? '' } : {};
  const body = { ...old, Type: type, Action: action, Actor: { ID: id, Attributes: attributes }, scope: 'local' };
  return `${JSON.stringify(body).slice(0, -1)},"time":${Math.floor(at / 1000)},"timeNano":${nanoseconds(at)}}\n`;
}

type Filters = ReadonlyMap<string, ReadonlySet<string>>;

const PREFIXED = ['health_status', 'exec_create', 'exec_start'];

/** Like daemon/events/filter.go: one value of each key must match, and all labels. */
export function eventMatches(event: WorldEvent, filters: Filters): boolean {
  for (const [key, values] of filters) {
    if (!holds(event, key, values)) return false;
  }
  return true;
}

function holds(event: WorldEvent, key: string, values: ReadonlySet<string>): boolean {
  if (key === 'type') return values.has(event.type);
  if (key === 'scope') return values.has('local');
  if (key === 'event') return matchesAction(event.action, values);
  if (key === 'label') return [...values].every((label) => hasLabel(event.attributes, label));
  if (key === 'container') return actor(event, 'container', values);
  if (key === 'image') return actor(event, 'image', values) || values.has(event.attributes.image ?? '\0');
  if (key === 'volume' || key === 'network' || key === 'daemon') return actor(event, key, values);
  return false;
}

/** The engine compares by prefix if any of the values is an action with text after a colon. */
function matchesAction(action: string, values: ReadonlySet<string>): boolean {
  const byPrefix = PREFIXED.some((name) => values.has(name));
  return [...values].some((value) => (byPrefix ? action.startsWith(value) : action === value));
}

function actor(event: WorldEvent, type: WorldEvent['type'], values: ReadonlySet<string>): boolean {
  if (event.type !== type) return false;
  const name = event.attributes.name;
  return [...values].some((value) => event.id.startsWith(value) || value === name);
}

function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const [key = '', ...rest] = wanted.split('=');
  return key in labels && (rest.length === 0 || labels[key] === rest.join('='));
}
