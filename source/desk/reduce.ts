import { deepEqual } from '../lib/equal.ts';
import type { EngineId, ServiceId } from '../lib/ids.ts';
import { stillProbed, withAnswer } from './probed.ts';
import { removeContainer, takeContainer, takeEvent, takeLines, takeList, takeUsage } from './reduce-containers.ts';
import type { Activity, Beyond, DeskMessage, DeskState } from './state.ts';
import { StateWriter } from './state-writer.ts';
import { withShortSince } from './swarm-verdict.ts';

/** The desk before anything is known. */
export function initialState(now: number, engineId: EngineId): DeskState {
  return {
    revision: 0,
    now,
    engineId,
    connection: { state: 'connecting', since: now, attempt: 1 },
    containers: new Map(),
    usage: new Map(),
    swarm: [],
    memory: new Map(),
    removed: new Map(),
    timeline: [],
    probes: new Map(),
    activity: new Map(),
    breaches: new Map(),
    drift: new Map(),
    images: new Map(),
    tagged: new Map(),
    lines: new Map(),
    held: {},
    maintenance: [],
    alerts: [],
    usageSignals: new Map(),
  };
}

/** The state after one message; the same object if the message brings nothing new. The only writer of the state. */
export function reduce(state: DeskState, message: DeskMessage): DeskState {
  return reduceAll(state, [message]);
}

/**
 * The state after several messages: maps are copied once for all of them. The revision grows by one for each message that changed
 * something.
 */
export function reduceAll(state: DeskState, messages: readonly DeskMessage[]): DeskState {
  const writer = new StateWriter(state);
  for (const message of messages) take(writer, message);
  return writer.state;
}

function take(writer: StateWriter, message: DeskMessage): void {
  switch (message.type) {
    case 'connection':
      takeConnection(writer, message.connection);
      break;
    case 'engine':
      writer.set({ engine: message.info });
      break;
    case 'containers':
      takeList(writer, message.containers, message.at);
      break;
    case 'container':
      takeContainer(writer, message.container);
      writer.set({ lastUpdateAt: message.at });
      break;
    case 'container-gone':
      removeContainer(writer, message.id);
      writer.set({ lastUpdateAt: message.at });
      break;
    case 'event':
      takeEvent(writer, message.event);
      break;
    case 'usage':
      takeUsage(writer, message.id, message.usage);
      break;
    case 'swarm':
      writer.set({ swarm: withShortSince(message.services, writer.state.swarm) });
      break;
    case 'trouble':
      writer.note({ at: message.at, kind: 'connection', level: 'warning', text: message.text });
      break;
    case 'note':
      writer.note(message.entry);
      break;
    case 'probe':
      writer.put('probes', message.serviceId, withAnswer(writer.state.probes.get(message.serviceId), message.probe));
      break;
    case 'probed':
      for (const [id, kept] of stillProbed(writer.state.probes, message.urls)) writer.put('probes', id, kept);
      break;
    case 'activity':
      takeActivity(writer, message.serviceId, message);
      break;
    case 'drift':
      if (!deepEqual(writer.state.drift.get(message.serviceId), message.reasons))
        writer.put('drift', message.serviceId, message.reasons);
      break;
    case 'breaches':
      takeBreaches(writer, message.serviceId, message.breaches);
      break;
    case 'lines':
      takeLines(writer, message.id, message);
      break;
    case 'alerts':
      writer.set({ alerts: message.alerts });
      break;
    case 'maintenance':
      writer.set({ maintenance: message.windows });
      break;
    case 'held':
      writer.set({ held: message.held });
      break;
    case 'tick':
      writer.set({ now: message.now });
      break;
    case 'forget':
      writer.replace({ ...initialState(message.at, message.engine), held: writer.state.held });
      break;
  }
}

function takeConnection(writer: StateWriter, connection: DeskState['connection']): void {
  const isLoss = connection.state === 'lost' && writer.state.connection.state === 'ready';
  writer.set({ connection, ...(isLoss ? { engineLostAt: connection.since } : {}) });
}

function takeActivity(
  writer: StateWriter,
  serviceId: ServiceId,
  { at, metric, perSecond }: { at: number; metric: string; perSecond?: number },
): void {
  const known = writer.state.activity.get(serviceId);
  if (perSecond === undefined) {
    if (known) writer.put('activity', serviceId, undefined);
    return;
  }
  const next: Activity = perSecond > 0 ? { metric } : { metric, zeroSince: known?.zeroSince ?? at };
  if (!deepEqual(known, next)) writer.put('activity', serviceId, next);
}

function takeBreaches(writer: StateWriter, serviceId: ServiceId, breaches: readonly Beyond[]): void {
  const next = breaches.length > 0 ? breaches : undefined;
  if (!deepEqual(writer.state.breaches.get(serviceId), next)) writer.put('breaches', serviceId, next);
}
