import type { Level, Verdict } from '../desk/model.ts';
import type { Port } from '../engine/facts.ts';
import { age } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import type { Glyph, Tone } from '../ui/theme.ts';
import type { CellContext } from './resource.ts';

/** Cells that several tables share. */

const LEVELS: Readonly<Record<Level, { glyph: Glyph; tone: Tone; rank: number }>> = {
  down: { glyph: 'down', tone: 'bad', rank: 0 },
  degraded: { glyph: 'degraded', tone: 'warn', rank: 1 },
  unknown: { glyph: 'unknown', tone: 'dim', rank: 2 },
  starting: { glyph: 'starting', tone: 'busy', rank: 3 },
  ok: { glyph: 'ok', tone: 'good', rank: 4 },
  done: { glyph: 'done', tone: 'dim', rank: 5 },
};

export function levelTone(level: Level): Tone {
  return LEVELS[level].tone;
}

export function levelGlyph(level: Level): Glyph {
  return LEVELS[level].glyph;
}

/** The worst first. */
export function levelRank(level: Level): number {
  return LEVELS[level].rank;
}

/** `✖ exit 137, out of memory`: the glyph says how bad, as in the header's counts; what is well says only how: running, healthy, completed. */
export function verdictCell({ level, code, reason }: Verdict, world: CellContext): string {
  const words = level === 'ok' || level === 'done' ? code : reason;
  return safe(`${world.glyph(levelGlyph(level))} ${words}`);
}

/** Age of `since` at the desk's present; empty when unknown. */
export function ageCell(since: number | undefined, world: CellContext): string {
  return since === undefined ? '' : age(world.state.now - since);
}

/** Published ports first, as host:container; then those only exposed. Duplicates over IPv4 and IPv6 count once. */
export function portsCell(ports: readonly Port[]): string {
  const suffix = (port: Port) => (port.protocol === 'tcp' ? '' : `/${port.protocol}`);
  const published = ports.filter((port) => port.host !== undefined);
  const shown =
    published.length > 0
      ? published.map((port) => `${port.host}:${port.container}${suffix(port)}`)
      : ports.map((port) => `${port.container}${suffix(port)}`);
  return safe([...new Set(shown)].join(' '));
}

const HEALTH_TONES: Readonly<Record<string, Tone>> = { healthy: 'good', unhealthy: 'bad', starting: 'busy' };

/** A missing health check is a dash: it is not the same as being healthy. */
export function healthCell(health: string): { text: string; tone: Tone } {
  return { text: health === 'none' ? '-' : safe(health), tone: HEALTH_TONES[health] ?? 'dim' };
}

/** The image without its registry's digest: `repo:tag`. */
export function imageCell(image: string): string {
  return safe(image.replace(/@sha256:[0-9a-f]+$/, ''));
}
