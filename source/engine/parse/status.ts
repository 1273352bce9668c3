import type { ContainerFacts } from '../facts.ts';

/**
 * The engine's status text, such as "Exited (137) 2 minutes ago": written when only an inspect or an event is known, and compared to find
 * out whether something happened between two of them.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** As State.String of the engine (moby, container/state.go) writes it. `now` in ms since the epoch. */
export function statusWords(
  facts: Pick<ContainerFacts, 'state' | 'health' | 'exitCode' | 'detail'>,
  now: number,
): string {
  const { state, health, exitCode = 0, detail } = facts;
  const since = (then: number | undefined) => (then === undefined ? '' : ` ${humanDuration(now - then)}`);
  switch (state) {
    case 'running':
      return `Up${since(detail?.startedAt)}${healthWords(health)}`;
    case 'paused':
      return `Up${since(detail?.startedAt)} (Paused)`;
    case 'restarting':
      return `Restarting (${exitCode})${since(detail?.finishedAt)} ago`;
    case 'exited':
      return `Exited (${exitCode})${since(detail?.finishedAt)} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'created':
      return 'Created';
    case 'dead':
      return 'Dead';
    case 'unknown':
      return '';
  }
}

function healthWords(health: ContainerFacts['health']): string {
  if (health === 'none' || health === 'unknown') return '';
  return health === 'starting' ? ' (health: starting)' : ` (${health})`;
}

/** As units.HumanDuration (docker/go-units) writes it. */
function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / SECOND);
  const hours = Math.round(ms / HOUR);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (ms < MINUTE) return `${seconds} seconds`;
  if (ms < 2 * MINUTE) return 'About a minute';
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} minutes`;
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 14) return `${Math.floor(ms / DAY)} days`;
  if (hours < 24 * 60) return `${Math.floor(ms / (7 * DAY))} weeks`;
  if (hours < 24 * 730) return `${Math.floor(ms / (30 * DAY))} months`;
  return `${Math.floor(ms / (365 * DAY))} years`;
}

const AGE = /\b(less than a|about an?|\d+) (second|minute|hour|day|week|month|year)s?\b/i;
const HEALTH = /\((healthy|unhealthy|(?:health: )?starting)\)/;
const UNIT = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800, month: 2_592_000, year: 31_536_000 };

/** The text without time and health: if two differ, the states differ. */
export function statusClass(status: string): string {
  return status.replace(AGE, '').replace(HEALTH, '').trim();
}

/** Seconds in the text, coarse; 0 if it has no time. A smaller value than before means a restart. */
export function statusAge(status: string): number {
  const [, amount = '', unit = ''] = AGE.exec(status) ?? [];
  const seconds = UNIT[unit.toLowerCase() as keyof typeof UNIT];
  if (seconds === undefined) return 0;
  return seconds * (/^\d/.test(amount) ? Number(amount) : /^less/i.test(amount) ? 0 : 1);
}
