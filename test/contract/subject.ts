import { until } from '../harness/until.ts';
import type { Client, Reply } from './client.ts';

/** An engine under test with an image that has busybox in it, and the containers that the test makes on it. */
export type Subject = { client: Client; image: string };

export type Made = { id: string; name: string };

/** Prints on both streams a few times a second until it is told to end. */
export const CHATTER = "trap 'exit 0' TERM; while true; do echo out; echo err >&2; sleep 0.3; done";
/** As process 1 it ignores SIGTERM, as the trading engine does. */
export const DEAF = 'while true; do sleep 0.2; done';

let made = 0;

export async function create(subject: Subject, script: string, more: Record<string, unknown> = {}): Promise<Made> {
  made += 1;
  const name = `deskhand-contract-${process.pid}-${made}`;
  const Labels = { 'deskhand.test': 'contract', 'deskhand.contract': name };
  const body = { Image: subject.image, Cmd: ['sh', '-c', script], Labels, ...more };
  const reply = await subject.client.call('POST', `/containers/create?name=${name}`, body);
  if (reply.status !== 201) throw new Error(`create: ${reply.status} ${reply.text}`);
  return { id: text(field(reply.json, 'Id')), name };
}

export async function run(subject: Subject, script: string, more?: Record<string, unknown>): Promise<Made> {
  const container = await create(subject, script, more);
  const reply = await subject.client.call('POST', `/containers/${container.id}/start`);
  if (reply.status !== 204) throw new Error(`start: ${reply.status} ${reply.text}`);
  return container;
}

export async function inspect(subject: Subject, id: string): Promise<unknown> {
  return (await subject.client.call('GET', `/containers/${id}/json`)).json;
}

/** Waits until the state of the inspect satisfies `test`, and returns it. */
export function untilState(subject: Subject, id: string, test: (state: unknown) => boolean): Promise<unknown> {
  return until(async () => field(await inspect(subject, id), 'State'), test);
}

/** Removes what carries the contract's label and this process's names, and only that. */
export async function removeAll(subject: Subject): Promise<void> {
  const filters = encodeURIComponent(
    JSON.stringify({ label: ['deskhand.test=contract'], name: [`deskhand-contract-${process.pid}-`] }),
  );
  const list = await subject.client.call('GET', `/containers/json?all=1&filters=${filters}`);
  for (const entry of array(list.json)) {
    await subject.client.call('DELETE', `/containers/${text(field(entry, 'Id'))}?force=1`);
  }
}

export type SeenEvent = { at: string; Type: string; Action: string; id: string; attributes: Record<string, unknown> };

/**
 * Does `act` while it listens to the events of one container; ends when the action `last` has been seen. The making of the
 * container, which may fall into the same millisecond, is left out.
 */
export async function eventsDuring(
  subject: Subject,
  id: string,
  last: string | readonly string[],
  act: () => Promise<unknown>,
): Promise<SeenEvent[]> {
  const filters = encodeURIComponent(JSON.stringify({ container: [id], type: ['container'] }));
  const since = (Date.now() / 1000 - 0.001).toFixed(3);
  const acted = act();
  const bytes = await subject.client.stream(`/events?since=${since}&filters=${filters}`, (soFar) =>
    [last].flat().every((action) => parseEvents(soFar).some((event) => event.Action === action)),
  );
  await acted;
  // Docker tells an event twice that falls between the past and the present of a stream.
  const received = new Map(parseEvents(bytes).map((event) => [`${event.at} ${event.Action}`, event]));
  return [...received.values()].filter((event) => event.Action !== 'create');
}

function parseEvents(bytes: Buffer): SeenEvent[] {
  const lines = bytes.toString().split('\n');
  lines.pop();
  return lines.filter(Boolean).map((line) => {
    const event: unknown = JSON.parse(line);
    const actor = field(event, 'Actor');
    const attributes = record(field(actor, 'Attributes'));
    return {
      at: String(field(event, 'timeNano')),
      Type: text(field(event, 'Type')),
      Action: text(field(event, 'Action')),
      id: text(field(actor, 'ID')),
      attributes,
    };
  });
}

export function record(value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== 'object') throw new Error(`no object: ${JSON.stringify(value)}`);
  return { ...value };
}

/** The value under a path such as State.Health.Status. */
export function field(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => record(at)[key], value);
}

export function array(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error(`no list: ${JSON.stringify(value)}`);
  return value;
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`no text: ${JSON.stringify(value)}`);
  return value;
}

export function message(reply: Reply): string {
  return text(field(reply.json, 'message'));
}
