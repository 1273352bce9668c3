import { isTrouble } from '../desk/levels.ts';
import type { Desk } from '../desk/model.ts';
import type { DeskMessage, DeskState } from '../desk/state.ts';
import { createStore } from '../desk/store.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import type { SshMasters } from '../engine/connect/ssh-masters.ts';
import type { Engine } from '../engine/engine.ts';
import { LastLinesReader } from '../engine/watch/last-lines-reader.ts';
import { type FleetHost, type HostSpec, reaching } from '../fleet/model.ts';
import type { Clock } from '../lib/clock.ts';
import { shallowEqual } from '../lib/equal.ts';
import type { Settings } from '../settings/schema.ts';
import { heldInMemory, stateDirectory } from './acting.ts';
import { linesReadClosely } from './collectors/plan.ts';
import { openLink } from './link.ts';
import { watchMaintenance } from './maintenance-watch.ts';

/** Seconds between two lists of a host in peace. With the question for missed events that is 0.05 calls a second. */
const PEACE_SECONDS = 40;
/** Between two lists of a host that is not ok, or pinned (ms). */
const CLOSER_MS = 10_000;
/** A call may take so long (ms): a first packet is sent again after 1 and after 3 seconds; ssh may have to log in first. */
const TIMEOUT_SECONDS = 5;
const SSH_TIMEOUT_SECONDS = 30;
/** Between two looks for maintenance windows (ms), which are files of this machine. */
const WINDOWS_MS = 10_000;
/** Inspects of one host at once. */
const PARALLEL = 2;

export type HostWatch = {
  engine: Engine;
  /** As of the last look; the same object while nothing has changed. */
  host(): FleetHost;
  /** Lets time go by, and reads more or less closely as the host has need of it. */
  look(): void;
  /** Reads it closely whatever its state. */
  pin(pinned: boolean): void;
  /** Tries a lost host at once, and lists again. */
  retry(): void;
  close(): Promise<void>;
};

export type HostWatchOptions = {
  spec: HostSpec;
  endpoint: Endpoint;
  settings: Settings;
  clock: Clock;
  masters?: SshMasters;
  /** Something came in. */
  onNews(): void;
};

/** Watches one host of a fleet with little: an event stream and a slow list. What is not ok, or pinned, is read closer. */
export function watchHost({ spec, endpoint, settings, clock, masters, onNews }: HostWatchOptions): HostWatch {
  const store = createStore({ clock, engine: endpoint.name, onError: () => {} });
  store.dispatch({ type: 'held', held: heldInMemory(settings) });
  const emit = (message: DeskMessage) => {
    store.dispatch(message);
    onNews();
  };
  const link = openLink(endpoint, lightly(settings, endpoint), clock, emit, { masters });
  const lines = new LastLinesReader({ engine: link.engine, clock, emit: (message) => store.dispatch(message) });
  const directory = stateDirectory(settings, process.env);
  const stopWindows = watchMaintenance(directory, link.engine.id, clock, emit, WINDOWS_MS);
  let pinned = false;
  let listedAt = clock.now();
  let shown: FleetHost | undefined;

  function host(): FleetHost {
    const deskState = store.get();
    const contact = link.engine.contact?.() ?? {};
    const desk = deskState.lastUpdateAt === undefined ? undefined : store.deskOf(deskState);
    const { heardAt, rtt } = contact;
    const clockOffset = link.engine.clockOffset?.();
    const next: FleetHost = {
      ...{ spec, pinned, desk, deskState: sameDesk(shown, desk, deskState), heardAt, rtt, clockOffset },
      ...reaching(deskState, contact, clock.now()),
    };
    shown = shown && shallowEqual(shown, next) ? shown : next;
    return shown;
  }

  function closer(desk: Desk, state: DeskState, now: number): void {
    const troubled = desk.services.filter(({ verdict }) => isTrouble(verdict));
    const read = pinned ? desk.services : troubled;
    link.watch(
      [],
      read.flatMap(({ containers }) => containers.map(({ id }) => id)),
    );
    lines.want(linesReadClosely(desk, state, []));
    if (read.length === 0 || now - listedAt < CLOSER_MS) return;
    listedAt = now;
    link.refresh();
  }

  return {
    engine: link.engine,
    host,
    look() {
      const now = clock.now();
      store.dispatch({ type: 'tick', now });
      const state = store.get();
      const ready = state.connection.state === 'ready';
      if (ready) lines.resume();
      else lines.pause();
      if (ready && state.lastUpdateAt !== undefined) closer(store.deskOf(state), state, now);
    },
    pin(on) {
      pinned = on;
    },
    retry: () => link.refresh(),
    async close() {
      stopWindows();
      lines.stop();
      store.close();
      await link.close();
    },
  };
}

/** The settings of the desk, for one engine of many. */
function lightly(settings: Settings, { target }: Endpoint): Settings {
  const most = target.kind === 'ssh' ? SSH_TIMEOUT_SECONDS : TIMEOUT_SECONDS;
  const timeout = target.kind === 'ssh' ? most : Math.min(most, settings.engine.timeout);
  return { ...settings, engine: { poll: PEACE_SECONDS, parallel: PARALLEL, timeout } };
}

/** A state that only went on in time shows nothing new: the one before stands for it. */
function sameDesk(shown: FleetHost | undefined, desk: Desk | undefined, state: DeskState): DeskState {
  const before = shown?.deskState;
  if (!before || shown?.desk !== desk) return state;
  const same =
    before.timeline === state.timeline && before.connection === state.connection && before.engine === state.engine;
  return same ? before : state;
}
