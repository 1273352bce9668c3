import type { Desk, Service } from '../../desk/model.ts';
import { stillProbed } from '../../desk/probed.ts';
import type { TimelineEntry } from '../../desk/state.ts';
import { duration } from '../../lib/format.ts';
import { type ProbeReport, Prober } from '../../probes/prober.ts';
import type { Collector, CollectorDeps } from './collector.ts';
import { probedSooner, reachOf, targetsOf } from './plan.ts';

/** Probes the services from outside, those on the screen or with problems more often. */
export function collectProbes({ store, clock, endpoint, settings }: CollectorDeps): Collector {
  let desk: Desk | undefined;
  const prober = new Prober({
    clock,
    emit(serviceId, probe, turned) {
      store.dispatch({ type: 'probe', serviceId, probe });
      const service = desk?.byId.get(serviceId);
      if (turned && service) store.dispatch({ type: 'note', entry: probeEntry(service, probe, turned) });
    },
  });
  return {
    follow(look) {
      if (look.desk !== desk) {
        const targets = targetsOf(look.desk, reachOf(endpoint, look.state), settings.services);
        prober.set(targets);
        const byOwner = Map.groupBy(targets, ({ owner }) => owner);
        const urls = new Map([...byOwner].map(([owner, own]) => [owner, own.map(({ url }) => url)]));
        if (stillProbed(look.state.probes, urls).length > 0) store.dispatch({ type: 'probed', urls });
      }
      desk = look.desk;
      prober.hurry(probedSooner(look.desk, look.selected));
    },
    pause: () => prober.pause(),
    resume: () => prober.resume(),
    stop: () => prober.stop(),
  };
}

function probeEntry({ id, name }: Service, probe: ProbeReport, turned: 'bad' | 'good'): TimelineEntry {
  const { at, url, error, status, latencyMs } = probe;
  const took = latencyMs === undefined ? '' : ` in ${duration(latencyMs)}`;
  const said = error ?? (status === undefined ? `answers${took}` : `HTTP ${status}${took}`);
  const text =
    turned === 'bad'
      ? `${name} deskhand's probe: ${url}: ${said}`
      : `${name} deskhand's probe succeeds again: ${url}: ${said}`;
  return { at, kind: 'health', serviceId: id, level: turned, text };
}
