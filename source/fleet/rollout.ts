import { isWell } from '../desk/levels.ts';
import type { EngineId } from '../lib/ids.ts';
import type { FleetHost } from './model.ts';

/** The order in which an action goes over hosts: one first, the canary, then batches. Pure. */

export type LeftOut = { host: EngineId; why: string };

export type Rollout = {
  /** Hosts that are acted on side by side; the first wave is the canary. */
  waves: readonly (readonly EngineId[])[];
  leftOut: readonly LeftOut[];
};

/** Hosts of one batch; default a tenth of all. */
export type RolloutOptions = { batch?: number };

/** Of the hosts of a role that are well, at most this share is acted on at once. */
const ROLE_SHARE = 0.5;
/** When more of the hosts have failed, nothing goes on. */
const FAILED_SHARE = 0.1;

/** The waves for these hosts, seen beside the whole fleet; who cannot be acted on is named. */
export function planRollout(
  chosen: readonly FleetHost[],
  fleet: readonly FleetHost[],
  { batch = Math.max(1, Math.ceil(chosen.length / 10)) }: RolloutOptions = {},
): Rollout {
  const leftOut = chosen.flatMap((host) => {
    const why = hindrance(host, fleet);
    return why === undefined ? [] : [{ host: host.spec.name, why }];
  });
  const out = new Set(leftOut.map(({ host }) => host));
  const waiting = chosen.filter(({ spec }) => !out.has(spec.name));
  const waves: EngineId[][] = [];
  while (waiting.length > 0) {
    const wave: FleetHost[] = [];
    const size = waves.length === 0 ? 1 : batch;
    for (const host of [...waiting]) {
      if (wave.length >= size) break;
      if (!fits(host, wave, fleet)) continue;
      wave.push(host);
      waiting.splice(waiting.indexOf(host), 1);
    }
    waves.push(wave.map(({ spec }) => spec.name));
  }
  return { waves, leftOut };
}

/** Why a host must not be acted on now; undefined where it may. Asked again at the host's own turn. */
export function hindrance({ spec, state, why }: FleetHost, fleet: readonly FleetHost[]): string | undefined {
  if (state !== 'live') return why === undefined ? `it is ${state}` : `it is ${state}: ${why}`;
  const pair = spec.pair === undefined ? undefined : fleet.find((other) => other.spec.name === spec.pair);
  if (pair && !stands(pair)) return `its pair ${pair.spec.name} is not ok`;
  if (spec.role === undefined) return undefined;
  const others = fleet.filter((other) => other.spec.role === spec.role && other.spec.name !== spec.name);
  return others.some(stands) ? undefined : `it is the last healthy host with the role ${spec.role}`;
}

/** Whether it could take over. */
function stands({ state, desk }: FleetHost): boolean {
  return state === 'live' && desk !== undefined && isWell(desk.verdict.level);
}

/** Beside those that are in the wave already: never both of a pair, and not more of a role than its share. */
function fits({ spec }: FleetHost, wave: readonly FleetHost[], fleet: readonly FleetHost[]): boolean {
  if (wave.some((other) => other.spec.name === spec.pair || other.spec.pair === spec.name)) return false;
  const peers = wave.filter((other) => other.spec.role === spec.role).length;
  const healthy = fleet.filter((host) => host.spec.role === spec.role && stands(host)).length;
  return peers === 0 || peers + 1 <= healthy * ROLE_SHARE;
}

/** Why nothing goes on after this wave; undefined where it does. `failed` of `total`, `canary`: it was the first wave. */
export function stopReason(failed: number, total: number, canary: boolean): string | undefined {
  if (failed === 0) return undefined;
  if (canary) return 'the canary failed';
  return failed > total * FAILED_SHARE ? `${failed} of ${total} hosts failed` : undefined;
}
