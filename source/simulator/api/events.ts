import { eventJson, eventMatches, type WorldEvent } from '../world/events.ts';
import { filtersOf, type Handler, TAKEN } from './call.ts';
import { moment } from './logs.ts';

/** GET /events: past events since a time, then new ones, until a time or indefinitely. */

const FILTERS = [
  'config',
  'container',
  'daemon',
  'event',
  'image',
  'label',
  'network',
  'node',
  'plugin',
  'scope',
  'secret',
  'service',
  'type',
  'volume',
] as const;

export const events: Handler = (call) => {
  const { world, clock, query, response } = call;
  const filters = filtersOf(call, FILTERS);
  const since = moment(query, 'since');
  const until = moment(query, 'until') || Infinity;
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  const send = (event: WorldEvent): void => {
    if (event.at <= until && eventMatches(event, filters)) response.write(eventJson(event));
  };
  if (since > 0 || until !== Infinity) {
    for (const event of world.events.kept) if (event.at >= since) send(event);
  }
  if (until <= clock.now()) {
    response.end();
    return TAKEN;
  }
  world.events.listeners.add(send);
  const cancel = until === Infinity ? undefined : clock.after(until - clock.now(), () => response.end());
  response.on('close', () => {
    cancel?.();
    world.events.listeners.delete(send);
  });
  return TAKEN;
};
