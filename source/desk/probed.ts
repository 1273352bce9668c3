import type { ServiceId } from '../lib/ids.ts';
import type { HttpProbe } from './state.ts';

/** The results of deskhand's own probes of a service: the newest for each URL, and since when it has been so. Pure. */

type Answers = readonly HttpProbe[];

/** Adds a result, keeping the order of the URLs. */
export function withAnswer(known: Answers = [], probe: HttpProbe): Answers {
  const before = known.find((other) => other.url === probe.url);
  const okAt = answeredWell(probe) ? probe.at : (probe.okAt ?? before?.okAt);
  // For a URL that never succeeded, the start of the failure is unknown.
  const failedNow = okAt !== probe.at && before !== undefined && before.okAt === before.at;
  const badSince = okAt === probe.at ? undefined : failedNow ? probe.at : before?.badSince;
  return [...known.filter((other) => other !== before), { ...probe, okAt, badSince }].sort((a, b) =>
    a.url < b.url ? -1 : 1,
  );
}

/**
 * Services with results for URLs that are no longer probed, each with the results that remain. A service without any URL, such as one
 * that is being restarted, keeps its results: they count again when the same URLs are probed again.
 */
export function stillProbed(
  known: ReadonlyMap<ServiceId, Answers>,
  urls: ReadonlyMap<ServiceId, readonly string[]>,
): [ServiceId, Answers | undefined][] {
  return [...known].flatMap(([id, answers]) => {
    const probed = urls.get(id);
    const kept = probed && answers.filter(({ url }) => probed.includes(url));
    if (!kept || kept.length === answers.length) return [];
    return [[id, kept.length > 0 ? kept : undefined] as [ServiceId, Answers | undefined]];
  });
}

/** Whether a probe succeeded: a status below 400, or an accepted TCP connection. */
function answeredWell(probe: HttpProbe): boolean {
  return probe.error === undefined && (probe.status === undefined || probe.status < 400);
}
