import { type MarketSession, marketStates } from '../actions/market.ts';
import type { Slo } from '../prometheus/slo.ts';
import type { Settings } from '../settings/schema.ts';

const DAY_MS = 86_400_000;

/** The objectives of the settings, each with the session to which its error budget belongs. */
export function slosOf({ slos, market }: Pick<Settings, 'slos' | 'market'>): readonly Slo[] {
  return slos.map(({ market: name, ...slo }) => ({
    ...slo,
    session: name === undefined ? (now: number) => now - (now % DAY_MS) : sessionOf(market, name),
  }));
}

function sessionOf(market: readonly MarketSession[], name: string): Slo['session'] {
  const sessions = market.filter((session) => session.name === name);
  return (now) => marketStates(sessions, now)[0]?.opened;
}
