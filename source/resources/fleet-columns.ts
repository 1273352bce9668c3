import { isWell } from '../desk/levels.ts';
import { type FleetHost, type HostState, isOld } from '../fleet/model.ts';
import { urgency } from '../fleet/urgency.ts';
import { age, duration, moment } from '../lib/format.ts';
import { safe } from '../lib/text.ts';
import type { Column } from '../ui/table/columns.ts';
import type { Glyph, Tone } from '../ui/theme.ts';
import { levelGlyph, levelTone, verdictCell } from './cells.ts';
import { ageColumn } from './columns.ts';
import type { CellContext } from './resource.ts';

/** Columns that tables of hosts share. What is old is grey in all of them. */

type HostColumn = Column<FleetHost, CellContext>;

const STATES: Readonly<Record<Exclude<HostState, 'live'>, { glyph?: Glyph; tone: Tone }>> = {
  idle: { tone: 'dim' },
  connecting: { glyph: 'starting', tone: 'busy' },
  late: { glyph: 'degraded', tone: 'warn' },
  stale: { glyph: 'unknown', tone: 'warn' },
  lost: { glyph: 'unknown', tone: 'bad' },
  refused: { glyph: 'unknown', tone: 'bad' },
  off: { tone: 'dim' },
};

/** The sign and colour of a host: its desk's, or those of the state it is in. */
export function hostMark({ state, desk }: FleetHost): { glyph?: Glyph; tone: Tone } {
  if (state !== 'live') return STATES[state];
  const level = desk?.verdict.level ?? 'unknown';
  return { glyph: levelGlyph(level), tone: levelTone(level) };
}

function stateText(host: FleetHost, world: CellContext): string {
  const { spec, state, since, why, desk } = host;
  if (state === 'live' && desk) return verdictCell(desk.verdict, world);
  const { glyph } = hostMark(host);
  const sign = glyph === undefined ? '' : `${world.glyph(glyph)} `;
  const now = world.state.now;
  if (state === 'off') {
    const until = spec.off?.until === undefined ? '' : ` until ${moment(spec.off.until, now)}`;
    return safe(`off${until}: ${why ?? ''}`);
  }
  if (state === 'idle') return 'not connected';
  const time = state === 'connecting' || state === 'refused' || state === 'live' ? '' : ` ${age(now - since)}`;
  const known = state === 'late' && desk && !isWell(desk.verdict.level) ? `; ${desk.verdict.reason}` : '';
  return safe(`${sign}${state}${time}${why === undefined ? '' : `: ${why}`}${known}`);
}

/** Grey if its data is old. */
function greyed<Row extends FleetHost>(column: Column<Row, CellContext>): Column<Row, CellContext> {
  return { ...column, tone: (row, world) => (isOld(row) ? 'dim' : (column.tone?.(row, world) ?? 'plain')) };
}

export const hostColumn: HostColumn = greyed({
  id: 'name',
  title: 'HOST',
  width: 8,
  fits: { max: 30 },
  cut: 'middle',
  rank: 0,
  value: ({ spec }) => safe(spec.name),
});

/** Read closely. */
export const pinColumn: HostColumn = {
  id: 'pin',
  title: ' ',
  width: 1,
  rank: 1,
  value: ({ pinned }) => (pinned ? '*' : ''),
  tone: () => 'title',
};

export const stateColumn: HostColumn = {
  id: 'state',
  title: 'STATE',
  width: 24,
  // What is wrong is never cut while the last change stands beside it.
  fits: { max: 72, before: 5 },
  rank: 0,
  searched: true,
  value: stateText,
  tone: (host) => hostMark(host).tone,
  sort: urgency,
};

/** What the settings say of a host, in a word. */
function wordColumn(
  heading: Pick<HostColumn, 'id' | 'title' | 'rank'> & Partial<HostColumn>,
  word: (spec: FleetHost['spec']) => string | undefined,
): HostColumn {
  return greyed({ width: 6, fits: { max: 16 }, ...heading, value: ({ spec }) => safe(word(spec) ?? '') });
}

export const roleColumn = wordColumn({ id: 'role', title: 'ROLE', rank: 2, searched: true }, ({ role }) => role);

export const groupColumn = wordColumn(
  { id: 'group', title: 'GROUP', rank: 6, wide: true, searched: true },
  ({ group }) => group,
);

export const pairColumn = wordColumn(
  { id: 'pair', title: 'PAIR', fits: { max: 20 }, rank: 7, wide: true },
  ({ pair }) => pair,
);

/** Services that are well, of all; jobs that are done count as well. */
function servicesOf({ desk }: FleetHost): { well: number; all: number } | undefined {
  if (!desk) return undefined;
  return { well: desk.services.filter(({ verdict }) => isWell(verdict.level)).length, all: desk.services.length };
}

export const countColumn: HostColumn = greyed({
  id: 'services',
  title: 'SERVICES',
  width: 8,
  align: 'right',
  rank: 1,
  value(host) {
    const count = servicesOf(host);
    return count ? `${count.well}/${count.all}` : '';
  },
  tone(host) {
    const count = servicesOf(host);
    return count && count.well < count.all ? 'warn' : 'plain';
  },
  sort(host) {
    const count = servicesOf(host);
    return count ? count.well - count.all : 0;
  },
});

export const rttColumn: HostColumn = greyed({
  id: 'rtt',
  title: 'RTT',
  width: 6,
  align: 'right',
  rank: 3,
  live: true,
  value: ({ rtt }) => (rtt === undefined ? '' : rtt < 1 ? '<1ms' : duration(rtt)),
  tone: ({ rtt }) => ((rtt ?? 0) > 500 ? 'warn' : 'plain'),
  sort: ({ rtt }) => rtt ?? -1,
});

/** Ahead of the console's clock, or behind it; differences below two seconds cannot be distinguished from the delay of an answer. */
export const clockColumn: HostColumn = greyed({
  id: 'clock',
  title: 'CLOCK',
  width: 7,
  align: 'right',
  rank: 4,
  live: true,
  value({ clockOffset, heardAt }) {
    if (clockOffset === undefined || heardAt === undefined) return '';
    return clockOffset === 0 ? 'ok' : `${clockOffset > 0 ? '+' : '-'}${duration(Math.abs(clockOffset))}`;
  },
  tone: ({ clockOffset }) => (clockOffset ? 'bad' : 'plain'),
  sort: ({ clockOffset }) => Math.abs(clockOffset ?? 0),
});

/** What happened last on the host, beside what is said of the connection. */
function lastChange({ deskState, desk }: FleetHost): { at: number; text: string } | undefined {
  const entry = deskState.timeline.findLast(({ kind }) => kind !== 'connection');
  if (!entry) return undefined;
  const name = entry.serviceId === undefined ? undefined : desk?.byId.get(entry.serviceId)?.name;
  return { at: entry.at, text: name === undefined ? entry.text : `${name}: ${entry.text}` };
}

export const changeColumn: HostColumn = greyed({
  id: 'change',
  title: 'LAST CHANGE',
  width: 16,
  grow: { max: 48 },
  rank: 5,
  live: true,
  searched: true,
  value(host, world) {
    const change = lastChange(host);
    return change ? safe(`${age(world.state.now - change.at)} ${change.text}`) : '';
  },
  sort: (host) => -(lastChange(host)?.at ?? 0),
});

/** Since it last said anything. */
export const heardColumn: HostColumn = greyed(ageColumn(({ heardAt }) => heardAt, { rank: 1, live: true }));

export const versionColumn: HostColumn = greyed({
  id: 'version',
  title: 'VERSION',
  width: 8,
  fits: { max: 16 },
  rank: 4,
  searched: true,
  value: ({ deskState }) => safe(deskState.engine?.version ?? ''),
});

export const whereColumn: HostColumn = greyed({
  id: 'where',
  title: 'WHERE',
  width: 16,
  grow: { max: 60 },
  cut: 'middle',
  rank: 6,
  searched: true,
  value: ({ spec }) => safe(spec.where),
});

export const modeColumn: HostColumn = {
  id: 'mode',
  title: 'ACTIONS',
  width: 9,
  rank: 3,
  value: ({ spec }) => (spec.readonly ? 'read-only' : ''),
  tone: () => 'title',
};

export const skinColumn = wordColumn({ id: 'skin', title: 'SKIN', rank: 7 }, ({ skin }) => skin);
