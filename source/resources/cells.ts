import type { Level, Verdict } from '../desk/model.ts';
import type { ContainerFacts, Port, Usage } from '../engine/facts.ts';
import { age, bytes, percent } from '../format.ts';
import { safe } from '../ui/text.ts';
import type { Glyph, Tone } from '../ui/theme.ts';
import type { World } from './resource.ts';

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

/** `✖ down: exit 137, out of memory`; what is well says only how: running, healthy, completed. */
export function verdictCell({ level, code, reason }: Verdict, world: World): string {
  const word = level === 'ok' || level === 'done' ? code : reason.startsWith(level) ? reason : `${level}: ${reason}`;
  return safe(`${world.glyph(levelGlyph(level))} ${word}`);
}

/** Age of `since` at the desk's present; empty when unknown. */
export function ageCell(since: number | undefined, world: World): string {
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
  return [...new Set(shown)].join(' ');
}

/** Usage of several containers as one: sums; undefined where none is known. */
export function usageOf(
  containers: readonly ContainerFacts[],
  world: World,
): { cpu?: number; memory?: number; limit?: number } {
  const known = containers.flatMap((container) => world.state.usage.get(container.id) ?? []);
  return { cpu: total(known, 'cpuPercent'), memory: total(known, 'memory'), limit: limitOf(containers, known, world) };
}

function total(usages: readonly Usage[], field: 'cpuPercent' | 'memory'): number | undefined {
  const values = usages.flatMap((usage) => usage[field] ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

/** Sum of the limits; none when one container has none, for then the host is the limit. */
function limitOf(containers: readonly ContainerFacts[], usages: readonly Usage[], world: World): number | undefined {
  const host = world.state.engine?.memory;
  const limits = usages.map((usage) => usage.memoryLimit);
  if (limits.length === 0 || limits.length < containers.filter(({ state }) => state === 'running').length)
    return undefined;
  if (limits.some((limit) => limit === undefined || (host !== undefined && limit >= host))) return undefined;
  return limits.reduce<number>((sum, limit) => sum + (limit ?? 0), 0);
}

export function cpuCell(cpu: number | undefined): string {
  return cpu === undefined ? '' : percent(cpu);
}

export function memoryCell(memory: number | undefined, limit: number | undefined): string {
  if (memory === undefined) return '';
  return limit === undefined ? bytes(memory) : `${bytes(memory)}/${bytes(limit)}`;
}

/** Red from 95 % of the limit, yellow from 80 %. */
export function memoryTone(memory: number | undefined, limit: number | undefined): Tone {
  if (memory === undefined || limit === undefined) return 'plain';
  return memory >= 0.95 * limit ? 'bad' : memory >= 0.8 * limit ? 'warn' : 'plain';
}

const HEALTH_TONES: Readonly<Record<string, Tone>> = { healthy: 'good', unhealthy: 'bad', starting: 'busy' };

/** A missing health check is a dash: it is not the same as being healthy. */
export function healthCell(health: string): { text: string; tone: Tone } {
  return { text: health === 'none' ? '-' : health, tone: HEALTH_TONES[health] ?? 'dim' };
}

/** The image without its registry's digest: `repo:tag`. */
export function imageCell(image: string): string {
  return safe(image.replace(/@sha256:[0-9a-f]+$/, ''));
}
