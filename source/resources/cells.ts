import { isWell } from '../desk/levels.ts';
import type { Level, Verdict } from '../desk/model.ts';
import type { Port } from '../engine/facts.ts';
import { age } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import type { Glyph, Tone } from '../ui/theme.ts';
import type { CellContext } from './resource.ts';

/** Cells shared by several tables. */

const LEVELS: Readonly<Record<Level, { glyph: Glyph; tone: Tone }>> = {
  down: { glyph: 'down', tone: 'bad' },
  degraded: { glyph: 'degraded', tone: 'warn' },
  unknown: { glyph: 'unknown', tone: 'warn' },
  starting: { glyph: 'starting', tone: 'busy' },
  maintenance: { glyph: 'maintenance', tone: 'info' },
  ok: { glyph: 'ok', tone: 'good' },
  done: { glyph: 'done', tone: 'dim' },
};

export function levelTone(level: Level): Tone {
  return LEVELS[level].tone;
}

export function levelGlyph(level: Level): Glyph {
  return LEVELS[level].glyph;
}

/**
 * `✖ exit 137, out of memory`: the glyph shows the severity, as in the header's counts; services that are fine only show how: running,
 * healthy, completed.
 */
export function verdictCell({ level, code, reason }: Verdict, world: CellContext): string {
  const words = isWell(level) && level !== 'maintenance' ? code : reason;
  return safe(`${world.glyph(levelGlyph(level))} ${words}`);
}

/** Age of `since` at the desk's time; empty if unknown. */
export function ageCell(since: number | undefined, world: CellContext): string {
  return since === undefined ? '' : age(world.state.now - since);
}

type PortRange = { host?: number; container: number; count: number; protocol: string };

/**
 * Published ports first, as host:container, in order and neighbours as a range: `5353:53 5353:53/udp 30000-30299/udp`; if none is
 * published, the exposed ones. The same port on several addresses counts once.
 */
export function portsCell(ports: readonly Port[]): string {
  const published = ports.filter((port) => port.host !== undefined);
  const ranges = rangesOf(published.length > 0 ? published : ports).map(rangeText);
  return safe(ranges.join(' '));
}

const ALL_ADDRESSES = new Set(['', '0.0.0.0', '::']);

/** All of them with the addresses of the host that they are bound to: `9443:443 on all interfaces; 5432:5432 on 127.0.0.1 ::1`. */
export function portsText(ports: readonly Port[]): string {
  const published = ports.filter((port) => port.host !== undefined);
  if (published.length === 0) return portsCell(ports);
  const bound = Map.groupBy(published, ({ host, container, protocol }) => `${host}:${container}/${protocol}`);
  const byAddresses = Map.groupBy(bound.values(), (each) => {
    const addresses = [...new Set(each.map(({ address = '' }) => address))];
    return addresses.some((one) => ALL_ADDRESSES.has(one)) ? 'all interfaces' : addresses.join(' ');
  });
  return [...byAddresses].map(([addresses, each]) => safe(`${portsCell(each.flat())} on ${addresses}`)).join('; ');
}

/** Every port by itself, for a filter and for a file. */
export function allPorts(ports: readonly Port[]): string {
  const each = ports.map((port) => rangeText({ ...port, count: 1 }));
  return safe([...new Set(each)].join(' '));
}

/** Published TCP ports come first, so that they are not lost among hundreds of others. */
function rangesOf(ports: readonly Port[]): PortRange[] {
  const order = ports.toSorted(
    (a, b) =>
      Number(a.protocol !== 'tcp') - Number(b.protocol !== 'tcp') ||
      a.protocol.localeCompare(b.protocol) ||
      (a.host ?? a.container) - (b.host ?? b.container) ||
      a.container - b.container,
  );
  const ranges: PortRange[] = [];
  for (const { host, container, protocol } of order) {
    const last = ranges.at(-1);
    if (!last || !continues(last, host, container, protocol)) ranges.push({ host, container, count: 1, protocol });
    else if (container === last.container + last.count) last.count += 1;
  }
  return ranges;
}

/** The next port of the range, or its last one again. */
function continues(range: PortRange, host: number | undefined, container: number, protocol: string): boolean {
  const step = container - range.container;
  const along = range.host === undefined ? host === undefined : host === range.host + step;
  return protocol === range.protocol && along && (step === range.count || step === range.count - 1);
}

function rangeText({ host, container, count, protocol }: PortRange): string {
  const span = (first: number) => (count > 1 ? `${first}-${first + count - 1}` : String(first));
  const inside = span(container);
  const outside = host === undefined || (count > 1 && host === container) ? '' : `${span(host)}:`;
  return `${outside}${inside}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

const HEALTH_TONES: Readonly<Record<string, Tone>> = { healthy: 'good', unhealthy: 'bad', starting: 'busy' };

/** A missing health check is a dash: it is not the same as being healthy. */
export function healthCell(health: string): { text: string; tone: Tone } {
  return { text: health === 'none' ? '-' : safe(health), tone: HEALTH_TONES[health] ?? 'dim' };
}

/** `repo:tag` without its digest, an id short; `(older)`: the tag refers to a newer image now. */
export function imageCell({ image, imageReplaced }: { image: string; imageReplaced?: boolean }): string {
  const name = image.replace(/@sha256:[0-9a-f]+$/, '').replace(/^sha256:([0-9a-f]{12})[0-9a-f]*$/, '$1');
  return safe(`${name}${imageReplaced ? ' (older)' : ''}`);
}

/** A start in the last minutes is highlighted. */
const YOUNG_MS = 10 * 60_000;

export function upTone(startedAt: number | undefined, world: CellContext): Tone {
  return startedAt !== undefined && world.state.now - startedAt < YOUNG_MS ? 'warn' : 'plain';
}
