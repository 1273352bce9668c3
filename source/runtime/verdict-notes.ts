import type { Desk, Service, Verdict, VerdictCode } from '../desk/model.ts';
import type { TimelineEntry } from '../desk/state.ts';
import type { ServiceId } from '../lib/ids.ts';

/** Problems without an engine event: these entries record when they began and ended. */
const TRANSIENT: ReadonlySet<VerdictCode> = new Set<VerdictCode>([
  'stalled',
  'log-errors',
  'namespace-lost',
  'recreate-failed',
  'restart-loop',
  'flapping',
  'alert',
]);

/** Timeline entries for such problems that began or ended between two desks of one engine. */
export function verdictNotes(): (desk: Desk, now: number) => TimelineEntry[] {
  let known: ReadonlyMap<ServiceId, Verdict> = new Map();
  return ({ services }, now) => {
    const before = known;
    const transient = services.filter(({ verdict }) => TRANSIENT.has(verdict.code));
    // The text from its beginning is used, as it may change while it lasts.
    known = new Map(
      transient.map(({ id, verdict }) => [
        id,
        before.get(id)?.code === verdict.code ? (before.get(id) ?? verdict) : verdict,
      ]),
    );
    return services.flatMap((service) => noteOf(service, before.get(service.id), now) ?? []);
  };
}

function noteOf(service: Service, before: Verdict | undefined, now: number): TimelineEntry | undefined {
  const { id: serviceId, verdict } = service;
  if (before?.code === verdict.code) return undefined;
  if (TRANSIENT.has(verdict.code)) {
    const level = verdict.level === 'down' ? 'bad' : 'warning';
    const at = Math.min(now, verdict.since ?? now);
    return { at, kind: 'health', serviceId, level, text: verdict.reason };
  }
  return before && { at: now, kind: 'health', serviceId, level: 'good', text: `over: ${before.reason}` };
}
