import type { ServiceId } from '../lib/ids.ts';
import type { HttpProbe } from './state.ts';

/** The answers to deskhand's own probes of one service, one for each URL: the newest, and since when it is so. Pure. */

type Answers = readonly HttpProbe[];

/** With one more answer; in the order of the URLs. */
export function withAnswer(known: Answers = [], probe: HttpProbe): Answers {
  const before = known.find((other) => other.url === probe.url);
  const okAt = answeredWell(probe) ? probe.at : (probe.okAt ?? before?.okAt);
  // Of one that never answered well it is not known since when.
  const failedNow = okAt !== probe.at && before !== undefined && before.okAt === before.at;
  const badSince = okAt === probe.at ? undefined : failedNow ? probe.at : before?.badSince;
  return [...known.filter((other) => other !== before), { ...probe, okAt, badSince }].sort((a, b) =>
    a.url < b.url ? -1 : 1,
  );
}

/**
 * The services whose answers are of URLs that are no longer probed, each with the answers that remain. A service without any URL, such as one
 * that is being restarted, keeps its answers: they count again when the same URLs are probed again.
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

/** Whether the answer to deskhand's probe is a success: a status below 400, or an accepted TCP connection. */
function answeredWell(probe: HttpProbe): boolean {
  return probe.error === undefined && (probe.status === undefined || probe.status < 400);
}
