import type { Level } from '../desk/model.ts';
import type { FleetHost } from './model.ts';

const BY_LEVEL: Readonly<Record<Level, number>> = {
  down: 2,
  degraded: 4,
  unknown: 6,
  starting: 7,
  maintenance: 8,
  ok: 9,
  done: 9,
};

/** The order of a fleet: what cannot be seen, what is down, what may be old, what is degraded; what is off comes last. */
export function urgency({ state, desk }: FleetHost): number {
  switch (state) {
    case 'lost':
    case 'refused':
      return 1;
    case 'stale':
      return 3;
    case 'late':
      return Math.min(5, BY_LEVEL[desk?.verdict.level ?? 'unknown']);
    case 'connecting':
      return 8;
    case 'live':
      return BY_LEVEL[desk?.verdict.level ?? 'unknown'];
    case 'off':
      return 10;
    case 'idle':
      return 11;
  }
}

/** What an operator should look at: not in contact, or not ok. */
export function isFaulty(host: FleetHost): boolean {
  return urgency(host) < 7;
}
