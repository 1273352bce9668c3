import { deriveDesk } from '../desk/derive.ts';
import { initialState, reduce } from '../desk/reduce.ts';
import { createCall } from '../engine/api/call.ts';
import { createEngine } from '../engine/api/client.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import { createSshMasters, type SshMasters } from '../engine/connect/ssh-masters.ts';
import { type FleetHost, type HostSpec, isOff, reaching } from '../fleet/model.ts';
import { type Clock, wallTime } from '../lib/clock.ts';
import { startDeadline } from '../lib/deadline.ts';
import { errorWithAdvice } from '../lib/error.ts';
import { duration } from '../lib/format.ts';
import type { Settings } from '../settings/schema.ts';
import { heldInMemory, stateDirectory } from './acting.ts';
import { maintenanceNow } from './maintenance-watch.ts';
import { takeSnapshot } from './snapshot.ts';
import { createStarter } from './starter.ts';

/** A host has so long to answer everything (ms); over ssh it may have to log in first. */
const TIMEOUT_MS = 10_000;
const SSH_TIMEOUT_MS = 40_000;

export type FleetSnapshotOptions = {
  specs: readonly HostSpec[];
  /** Fails where the name leads nowhere. */
  endpoint(name: string): Endpoint;
  settings: Settings;
  clock: Clock;
  signal: AbortSignal;
};

/** One look at every host: each with a deadline of its own, so that the slowest ends the look and holds up no other. */
export async function takeFleetSnapshot({
  specs,
  endpoint,
  settings,
  clock,
  signal,
}: FleetSnapshotOptions): Promise<FleetHost[]> {
  const starter = createStarter(clock);
  const masters = createSshMasters(clock);
  const inTurn = <T>(work: () => Promise<T>) =>
    new Promise<T>((resolve, reject) => starter((over) => void work().then(resolve, reject).finally(over)));
  const looks = Promise.all(
    specs.map((spec) => {
      if (isOff(spec, wallTime(clock))) return still(spec, clock, { state: 'off', why: spec.off?.reason });
      return inTurn(() => lookAtHost(spec, { endpoint, settings, clock, signal }, masters));
    }),
  );
  return looks.finally(() => masters.close());
}

async function lookAtHost(
  spec: HostSpec,
  { endpoint, settings, clock, signal }: Omit<FleetSnapshotOptions, 'specs'>,
  masters: SshMasters,
): Promise<FleetHost> {
  let way: Endpoint;
  try {
    way = endpoint(spec.name);
  } catch (error) {
    return still(spec, clock, { state: 'refused', why: errorWithAdvice(error) });
  }
  const engine = createEngine(way, createCall(way, clock, masters));
  const timeoutMs = way.target.kind === 'ssh' ? SSH_TIMEOUT_MS : TIMEOUT_MS;
  const deadline = startDeadline({ signal, timeoutMs }, clock);
  try {
    const looked = await takeSnapshot(engine, clock, deadline.signal, heldInMemory(settings));
    const windows = await maintenanceNow(stateDirectory(settings, process.env), engine.id, clock);
    const deskState = reduce(looked, windows);
    const late = deadline.signal.aborted && !signal.aborted;
    const contact = engine.contact?.() ?? {};
    const reached = late
      ? { state: 'late' as const, since: clock.now(), why: `no complete answer within ${duration(timeoutMs)}` }
      : reaching(deskState, contact, clock.now());
    return {
      spec,
      ...reached,
      deskState,
      ...(reached.state === 'live' ? { desk: deriveDesk(deskState) } : {}),
      heardAt: contact.heardAt,
      rtt: contact.rtt,
      clockOffset: engine.clockOffset?.(),
    };
  } finally {
    deadline.end();
    engine.close();
  }
}

function still(spec: HostSpec, clock: Clock, reached: Pick<FleetHost, 'state' | 'why'>): FleetHost {
  const now = clock.now();
  return { spec, since: now, deskState: initialState(now, spec.name), ...reached };
}
