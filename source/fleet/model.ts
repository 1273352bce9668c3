import type { Desk } from '../desk/model.ts';
import type { DeskState } from '../desk/state.ts';
import type { Contact, EngineError } from '../engine/engine.ts';
import type { EngineId } from '../lib/ids.ts';

/**
 * Many engines at once, as the operator sees them: each with its desk, and how it is reached. Plain data; times are ms of the console's
 * clock.
 */

/** What is known of a host before it is connected to. */
export type HostSpec = {
  /** As the settings or the docker CLI name it; the id of its engine. */
  name: EngineId;
  role?: string;
  group?: string;
  /** The host that takes over for it. */
  pair?: EngineId;
  /** Taken out of service by an operator; `until` by the wall clock. */
  off?: { reason: string; until?: number };
  /** One of the fleet; else a docker context beside it. */
  member: boolean;
  /** Refuses every action. */
  readonly: boolean;
  /** Its skin, where it has one of its own. */
  skin?: string;
  /** Where its engine is, for the eye; or why it cannot be connected to. */
  where: string;
};

/**
 * How a host is reached. `late`: a question is open for longer than usual; `stale`: contact was lost just now; `lost`: for longer, or there
 * never was any; `refused`: it, or the way to it, does not let us in; `off`: by an operator.
 */
export type HostState = 'idle' | 'connecting' | 'live' | 'late' | 'stale' | 'lost' | 'refused' | 'off';

export type FleetHost = {
  spec: HostSpec;
  state: HostState;
  /** An operator wants it read closely whatever its state. */
  pinned?: boolean;
  /** Since when it is in this state. */
  since: number;
  /** Why it is not live. */
  why?: string;
  /** What to do about that. */
  advice?: string;
  /** As last known; undefined before the first list. */
  desk?: Desk;
  deskState: DeskState;
  /** When it last said anything. */
  heardAt?: number;
  /** The way there and back, and how far its clock is ahead (ms). */
  rtt?: number;
  clockOffset?: number;
};

export type Fleet = {
  /** In the order of the settings, or by name. */
  hosts: readonly FleetHost[];
  /** Counts up with every change. */
  revision: number;
};

/** Without the docker contexts beside the fleet. */
export function membersOf(fleet: Fleet): Fleet {
  return { ...fleet, hosts: fleet.hosts.filter(({ spec }) => spec.member) };
}

/** Failures that a retry does not fix: something has to be changed first. */
const REFUSALS: ReadonlySet<EngineError['kind']> = new Set<EngineError['kind']>([
  'bad-endpoint',
  'permission-denied',
  'login-refused',
  'forbidden',
  'tls',
  'not-docker',
  'api-too-old',
]);

/** A question that is open for longer makes a host late (ms). */
const LATE_MS = 2000;
/** A host whose contact was lost counts as stale for so long, and as lost from then on (ms). */
const LOST_AFTER_MS = 60_000;

export type Reaching = Pick<FleetHost, 'state' | 'since' | 'why' | 'advice'>;

/** Whether an operator has taken the host out of service; `wall`: the time by the wall clock. */
export function isOff({ off }: HostSpec, wall: number): boolean {
  return off !== undefined && (off.until === undefined || wall < off.until);
}

/** How a connected host is reached now. */
export function reaching(
  { connection, lastUpdateAt }: Pick<DeskState, 'connection' | 'lastUpdateAt'>,
  { waitingSince }: Contact,
  now: number,
): Reaching {
  const { since } = connection;
  const waits = waitingSince !== undefined && now - waitingSince >= LATE_MS;
  switch (connection.state) {
    case 'connecting':
      return waits ? { state: 'late', since: waitingSince, why: 'no answer yet' } : { state: 'connecting', since };
    case 'ready':
      if (connection.refused !== undefined)
        return { state: 'late', since, why: `refuses the list: ${connection.refused}` };
      return waits ? { state: 'late', since: waitingSince, why: 'no answer' } : { state: 'live', since };
    case 'lost': {
      const { kind, message, advice } = connection.why;
      if (REFUSALS.has(kind)) return { state: 'refused', since, why: message, advice };
      const stale = lastUpdateAt !== undefined && now - since < LOST_AFTER_MS;
      return { state: stale ? 'stale' : 'lost', since, why: message, advice };
    }
  }
}

/** What it shows is no picture of the present. */
export function isOld({ state }: Pick<FleetHost, 'state'>): boolean {
  return state === 'stale' || state === 'lost' || state === 'refused' || state === 'off';
}

/** The source of a fleet's state, and the requests to its watcher. */
export type FleetSource = {
  get(): Fleet;
  /** Tells of changes a few times a second at most; the returned function ends that. */
  subscribe(listener: () => void): () => void;
  /** Connects to the hosts of the fleet, or to every context there is; what is connected stays so. */
  open(which: 'fleet' | 'all'): void;
  /** Hosts that are read closely whatever their state. Replaces the set before. */
  pin(names: readonly EngineId[]): void;
  /** Tries this host (or all) at once, and lists again. */
  retry(name?: EngineId): void;
};
