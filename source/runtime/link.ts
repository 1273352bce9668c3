import type { DeskMessage } from '../desk/state.ts';
import { createCall } from '../engine/api/call.ts';
import { createEngine } from '../engine/api/client.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import type { SshMasters } from '../engine/connect/ssh-masters.ts';
import type { Engine, EngineChanges, EngineExec } from '../engine/engine.ts';
import { Inventory } from '../engine/watch/inventory.ts';
import { Sampler } from '../engine/watch/sampler.ts';
import type { Clock } from '../lib/clock.ts';
import type { ContainerId } from '../lib/ids.ts';
import type { Settings } from '../settings/schema.ts';

export type Link = {
  endpoint: Endpoint;
  engine: Engine & EngineChanges & EngineExec;
  /** Containers on the screen, and those of the selected service. */
  watch(visible: readonly ContainerId[], selected: readonly ContainerId[]): void;
  refresh(): void;
  /** Reads the load of what is on the screen at once. */
  readUsage(): void;
  /** Ends everything that uses this engine. */
  close(): Promise<void>;
};

export type LinkOptions = {
  /** Shared ssh connections. */
  masters?: SshMasters;
  /** Whether no one is watching: then usage is read less often. */
  away?: () => boolean;
  /** The list is asked for beside the ping as well, so that names are on the screen sooner. */
  early?: boolean;
  /** By how much the intervals of reading usage are stretched. */
  stretch?: () => number;
};

/** Reads everything from one engine and dispatches it to the desk. */
export function openLink(
  endpoint: Endpoint,
  settings: Settings,
  clock: Clock,
  emit: (message: DeskMessage) => void,
  { masters, away, stretch, early = false }: LinkOptions = {},
): Link {
  const engine = createEngine(endpoint, createCall(endpoint, clock, masters));
  const sampler = new Sampler({
    engine,
    clock,
    emit,
    seconds: settings.usage.every,
    away,
    stretch,
    parallel: settings.usage.parallel,
  });
  const { poll, parallel, timeout } = settings.engine;
  let listed = false;
  const closing = new AbortController();
  const inventory = new Inventory({
    engine,
    clock,
    settings: { pollSeconds: poll, parallel, timeoutMs: timeout * 1000 },
    emit(message) {
      if (message.type === 'connection') {
        if (message.connection.state === 'ready') sampler.resume();
        else sampler.pause();
      }
      listed ||= message.type === 'containers';
      emit(message);
    },
  });
  if (early) {
    engine.containers({ signal: closing.signal, timeoutMs: timeout * 1000 }).then(
      (containers) => {
        if (!listed) emit({ type: 'containers', at: clock.now(), containers });
      },
      // The inventory meets the same failure, and says so.
      () => {},
    );
  }
  let seen = '';
  return {
    endpoint,
    engine,
    watch(visible, selected) {
      const now = `${visible.join()};${selected.join()}`;
      if (now === seen) return;
      seen = now;
      inventory.want(visible);
      inventory.follow(selected);
      sampler.watch(visible);
    },
    refresh() {
      inventory.retryNow();
      inventory.refresh();
    },
    readUsage: () => sampler.hurry(),
    async close() {
      closing.abort();
      sampler.stop();
      await inventory.stop();
      engine.close();
    },
  };
}
