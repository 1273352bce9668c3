import { initialState } from '../desk/reduce.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import type { SshMasters } from '../engine/connect/ssh-masters.ts';
import { EngineError } from '../engine/engine.ts';
import type { LogEngines } from '../engine/logs/session.ts';
import { type Fleet, type FleetHost, type FleetSource, type HostSpec, type HostState, isOff } from '../fleet/model.ts';
import { type Clock, wallTime } from '../lib/clock.ts';
import { errorMessage } from '../lib/error.ts';
import type { EngineId } from '../lib/ids.ts';
import type { Settings } from '../settings/schema.ts';
import { type HostWatch, watchHost } from './fleet-host.ts';
import { createStarter } from './starter.ts';

/** Each host is looked at so often (ms): states and ages count in seconds. */
const LOOK_MS = 1000;
/** Shortest interval of fleet notifications (ms). */
const EMIT_MS = 250;

export type FleetWatch = FleetSource & {
  /** For the logs of many hosts. */
  engines: LogEngines;
  close(): Promise<void>;
};

export type FleetOptions = {
  specs: readonly HostSpec[];
  /** Fails where the name leads nowhere. */
  endpoint(name: EngineId): Endpoint;
  settings: Settings;
  clock: Clock;
  masters?: SshMasters;
};

/** Watches many hosts, each by itself: what one does, or does not do, holds up no other. Connects to nothing before it is opened. */
export function watchFleet({ specs, endpoint, settings, clock, masters }: FleetOptions): FleetWatch {
  const watches = new Map<EngineId, HostWatch>();
  /** Hosts without a watch, as last reported. */
  const still = new Map<EngineId, FleetHost>();
  /** Why a host cannot even be tried. */
  const failed = new Map<EngineId, string>();
  const wanted = new Set<EngineId>();
  const listeners = new Set<() => void>();
  const starter = createStarter(clock);
  let pinned: ReadonlySet<EngineId> = new Set();
  let fleet: Fleet = { hosts: [], revision: 0 };
  let stopLook = () => {};
  let stopEmit: (() => void) | undefined;
  let closed = false;

  const off = (spec: HostSpec) => isOff(spec, wallTime(clock));

  function hostOf(spec: HostSpec): FleetHost {
    const { name } = spec;
    if (off(spec)) return stillHost(spec, 'off', spec.off?.reason);
    const error = failed.get(name);
    if (error !== undefined) return stillHost(spec, 'refused', error);
    return watches.get(name)?.host() ?? stillHost(spec, wanted.has(name) ? 'connecting' : 'idle');
  }

  function stillHost(spec: HostSpec, state: HostState, why?: string): FleetHost {
    const known = still.get(spec.name);
    const isPinned = pinned.has(spec.name);
    if (known?.state === state && known.why === why && known.pinned === isPinned) return known;
    const now = clock.now();
    const host = { spec, state, pinned: isPinned, since: now, why, deskState: initialState(now, spec.name) };
    still.set(spec.name, host);
    return host;
  }

  function emit(): void {
    stopEmit?.();
    stopEmit = undefined;
    const hosts = specs.map(hostOf);
    if (hosts.length === fleet.hosts.length && hosts.every((host, at) => host === fleet.hosts[at])) return;
    fleet = { hosts, revision: fleet.revision + 1 };
    for (const listener of [...listeners]) listener();
  }

  function start(spec: HostSpec): void {
    const { name } = spec;
    starter((over) => {
      if (closed || watches.has(name) || off(spec)) return over();
      const onNews = () => {
        if (watches.get(name)?.host().state !== 'connecting') over();
        stopEmit ??= clock.after(EMIT_MS, emit);
      };
      try {
        const watch = watchHost({ spec, endpoint: endpoint(name), settings, clock, masters, onNews });
        watches.set(name, watch);
        watch.pin(pinned.has(name));
      } catch (error) {
        failed.set(name, errorMessage(error));
        over();
      }
    });
  }

  function look(): void {
    for (const spec of specs) {
      const watch = watches.get(spec.name);
      if (watch && off(spec)) {
        watches.delete(spec.name);
        void watch.close();
      } else if (watch) watch.look();
      // The time that it was to be off for is over.
      else if (wanted.has(spec.name) && still.get(spec.name)?.state === 'off' && !off(spec)) start(spec);
    }
    emit();
    stopLook = clock.after(LOOK_MS, look);
  }

  return {
    get: () => fleet,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open(which) {
      const first = wanted.size === 0;
      for (const spec of specs) {
        if ((which === 'fleet' && !spec.member) || wanted.has(spec.name)) continue;
        wanted.add(spec.name);
        start(spec);
      }
      emit();
      if (first) stopLook = clock.after(LOOK_MS, look);
    },
    pin(names) {
      pinned = new Set(names);
      for (const [name, watch] of watches) watch.pin(pinned.has(name));
      emit();
    },
    retry(name) {
      for (const spec of specs) {
        if (!wanted.has(spec.name) || (name !== undefined && spec.name !== name)) continue;
        const watch = watches.get(spec.name);
        if (watch) watch.retry();
        else if (failed.delete(spec.name)) start(spec);
      }
    },
    engines: {
      of({ engine }) {
        const watch = watches.get(engine);
        if (!watch) throw new EngineError('bad-endpoint', `the host ${engine} is not connected to`);
        return watch.engine;
      },
    },
    async close() {
      closed = true;
      stopLook();
      stopEmit?.();
      listeners.clear();
      await Promise.all([...watches.values()].map((watch) => watch.close()));
    },
  };
}
