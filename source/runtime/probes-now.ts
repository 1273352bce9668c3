import { setTimeout as pause } from 'node:timers/promises';
import { deriveDesk } from '../desk/derive.ts';
import type { DeskMessage, DeskState } from '../desk/state.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import type { Clock } from '../lib/clock.ts';
import { forEachLimited } from '../lib/limit.ts';
import { type ProbeAnswer, probeUrl } from '../probes/probe.ts';
import { DEAF_MS, GRACE_MS, type OwnedTarget, qualityOf } from '../probes/prober.ts';
import type { Settings } from '../settings/schema.ts';
import { reachOf, targetsOf } from './collectors/plan.ts';

/** Addresses at the same time, at most, and in all. */
const PARALLEL = 16;
const MOST = 200;

type Deps = {
  settings: Settings;
  endpoint: Pick<Endpoint, 'target'>;
  clock: Clock;
  signal: AbortSignal;
  probe?: typeof probeUrl;
  /** A failed probe is repeated after this time (ms): one lost packet is no alarm. */
  againMs?: number;
};

/** Probes every service once, as the console does from time to time: what one answer shows is judged alike. */
export async function probesNow(
  state: DeskState,
  { settings, endpoint, clock, signal, probe = probeUrl, againMs = 300 }: Deps,
): Promise<DeskMessage[]> {
  const targets = targetsOf(deriveDesk(state), reachOf(endpoint, state), settings.services).slice(0, MOST);
  const messages: DeskMessage[] = [];
  await forEachLimited(targets, PARALLEL, async (target) => {
    const ask = () => probe(target.url, { clock, signal, timeoutMs: target.timeoutMs });
    const { guessed, vouched } = target;
    let answer = await ask();
    if (qualityOf({ ...answer, guessed }) === 'bad' && !signal.aborted) {
      await pause(againMs);
      answer = await ask();
    }
    if (!counts(target, answer, clock.now()) || signal.aborted) return;
    const report = { ...answer, guessed, ...(vouched ? { vouched } : {}) };
    messages.push({ type: 'probe', serviceId: target.owner, probe: report });
  });
  return messages;
}

/** A failure of a container that has just been started says nothing, nor does one of a mere guess, unless nothing listens. */
function counts({ guessed, vouched, startedAt = 0 }: OwnedTarget, answer: ProbeAnswer, now: number): boolean {
  const up = now - startedAt;
  if (qualityOf({ ...answer, guessed }) !== 'bad') return true;
  if (!guessed || vouched) return up >= GRACE_MS;
  return answer.nothingListens === true && up >= DEAF_MS;
}
