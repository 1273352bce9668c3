import { countLevels, WORST_FIRST } from '../../desk/levels.ts';
import type { Project } from '../../desk/model.ts';
import { bytes, percent } from '../../lib/format.ts';
import { fit, width as widthOf } from '../../lib/text.ts';
import { visibleName } from '../../lib/visible-name.ts';
import { levelGlyph, levelTone } from '../../resources/cells.ts';
import { sparkline } from '../../ui/chart/sparkline.ts';
import { type Block, deskBlocks } from './cause-rows.ts';
import type { RowContext } from './row.ts';

const LABEL = 10;
const TREND = 20;

/** The desk as gauges: services by level, their CPU and memory; then the causes, and each project. */
export function pulseBlocks(unfolded: boolean, sheet: RowContext): Block[] {
  const { world, theme } = sheet;
  const { desk, project } = world;
  const shown = desk.projects.filter(({ name }) => project === undefined || name === project);
  const gauges = [
    labelled('Services', levels(desk.services, sheet), sheet),
    labelled('CPU', cpu(sheet), sheet),
    labelled('Memory', memory(sheet), sheet),
  ];
  const projects = ['', theme.paint('title', 'Projects'), ...shown.map((one) => projectRow(one, sheet))];
  return [
    { rows: [...gauges, '', theme.paint('title', 'Causes')] },
    ...deskBlocks(unfolded, sheet),
    { rows: projects },
  ];
}

function labelled(label: string, text: string, { theme }: RowContext): string {
  return theme.paint('info', fit(label, LABEL)) + text;
}

function levels(services: Parameters<typeof countLevels>[0], { theme }: RowContext): string {
  const counts = countLevels(services);
  return WORST_FIRST.filter((level) => counts[level])
    .map((level) => theme.paint(levelTone(level), `${theme.glyph(levelGlyph(level))} ${counts[level]} ${level}`))
    .join('  ');
}

/** The sum over running containers: an ended one uses nothing. */
function total({ world }: RowContext, field: 'cpuPercent' | 'memory'): number {
  const running = [...world.state.containers.values()].filter(({ state }) => state === 'running');
  return running.reduce((sum, { id }) => sum + (world.state.usage.get(id)?.[field] ?? 0), 0);
}

function cpu(sheet: RowContext): string {
  const { world } = sheet;
  const used = total(sheet, 'cpuPercent');
  const cpus = world.state.engine?.cpus ?? 0;
  const of = cpus > 0 ? ` of ${100 * cpus}% (${cpus} CPUs)` : '';
  return `${world.cpuTrend?.([...world.state.containers.keys()], TREND) ?? ''} ${percent(used)}${of}`;
}

function memory(sheet: RowContext): string {
  const { world, theme } = sheet;
  const used = total(sheet, 'memory');
  const all = world.state.engine?.memory ?? 0;
  if (all === 0) return bytes(used);
  const share = Math.min(1, used / all);
  const filled = Math.round(share * TREND);
  const bar = theme.ascii ? '#'.repeat(filled) : sparkline(new Array(filled).fill(1), filled, { min: 0, max: 1 });
  return `${bar.padEnd(TREND)} ${bytes(used)} of ${bytes(all)} (${percent(100 * share)})`;
}

function projectRow({ name, services, verdict }: Project, sheet: RowContext): string {
  const { world, theme, width } = sheet;
  const own = services.flatMap((id) => world.desk.byId.get(id) ?? []);
  const glyph = theme.paint(levelTone(verdict.level), theme.glyph(levelGlyph(verdict.level)));
  const containers = own.flatMap((service) => service.containers.map(({ id }) => id));
  const trend = world.cpuTrend?.(containers, LABEL) ?? '';
  const head = `${glyph} ${fit(visibleName(name), 2 * LABEL)} ${fit(trend, LABEL)} `;
  return widthOf(head) < width ? head + levels(own, sheet) : head;
}
