import { isTrouble } from '../../desk/levels.ts';
import type { Service } from '../../desk/model.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { safe } from '../../lib/text.ts';
import {
  adviceRows,
  type Block,
  behindRows,
  causeRows,
  deskBlocks,
  elsewhereRows,
  hasManyCauses,
  incidentRows,
  symptomOf,
  verdictRows,
} from './cause-rows.ts';
import { checkRows, outsideRows } from './check-rows.ts';
import { pulseBlocks } from './pulse-rows.ts';
import { type RowContext, wrapped } from './row.ts';
import { exitRows, lineRows, memoryRows } from './run-rows.ts';

export type HealthView = RowContext & {
  /** The selected service; undefined: the whole desk. */
  service?: Service;
  /** Show the desk's problems, whatever is selected. */
  desk: boolean;
  /** Show symptoms one by one under their cause. */
  unfolded: boolean;
  /** Available rows; undefined: scrollable, so nothing needs to be left out. */
  height?: number;
};

/**
 * Health in order of importance: the problem and its cause, advice, impact, other problems; then how it ended and its last lines, its
 * health check and deskhand's probes, and events that Docker forgot.
 */
export function healthBlocks(view: HealthView): Block[] {
  const little = view.height !== undefined && view.height < LITTLE;
  const sheet = { ...view, width: view.width - 1, ...(little ? { most: 2 } : {}) };
  if (!view.desk && view.service) return [{ rows: indented(serviceRows(view.service, view, sheet)) }];
  const blocks = hasManyCauses(view) ? pulseBlocks(view.unfolded, sheet) : deskBlocks(view.unfolded, sheet);
  return blocks.map((block) => ({ ...block, rows: indented(block.rows) }));
}

/** The rows of all blocks. */
export function healthRows(view: HealthView): string[] {
  return healthBlocks(view).flatMap(({ rows }) => rows);
}

function indented(rows: readonly string[]): string[] {
  return rows.map((row) => (row === '' ? row : ` ${row}`));
}

/** With fewer rows than this, every sentence is cut so that all of them fit. */
const LITTLE = 12;

function serviceRows(service: Service, { unfolded, height }: HealthView, sheet: RowContext): string[] {
  const head = [...troubleRows(service, unfolded, sheet), ...elsewhereRows(service, sheet)];
  // The last lines of a dead container matter most: there is always room for some.
  const lines = height === undefined ? 20 : Math.max(2, height - head.length - 2);
  const outside = titled('probed by deskhand:', outsideRows(service, sheet), sheet);
  const inside = service.containers.flatMap((container) => containerRows(container, service, lines, sheet));
  return [...head, ...(service.verdict.code === 'probe-disagrees' ? [...outside, ...inside] : [...inside, ...outside])];
}

/** The service's verdict; if another service explains it, that one first, with this one under it. */
function troubleRows(service: Service, unfolded: boolean, sheet: RowContext): string[] {
  const { world } = sheet;
  const links = [service.cause, ...(service.otherCauses ?? [])];
  const causes = links.flatMap((link) => (link ? (world.desk.byId.get(link.serviceId) ?? []) : []));
  const [first] = causes;
  const incident = world.desk.incidents.find(({ kind }) => kind === service.incident);
  if (incident && !first) return [...incidentRows(incident, sheet), ...causeRows(service, service, unfolded, sheet)];
  if (!first)
    return isTrouble(service.verdict) ? causeRows(service, service, unfolded, sheet) : wellRows(service, sheet);
  return [
    ...causes.flatMap((cause) => causeRows(cause, service, unfolded, sheet)),
    ...(unfolded ? [] : symptomOf(service, first, sheet)),
  ];
}

function wellRows(service: Service, sheet: RowContext): string[] {
  const needs = service.job && service.jobBecause ? [sheet.theme.paint('dim', safe(`job: ${service.jobBecause}`))] : [];
  const down = (service.needs ?? []).map((name) =>
    safe(`needs ${name}, which is down: check ${service.name} when it is back`),
  );
  return [
    ...verdictRows(service, '', sheet),
    ...down.flatMap((row) => wrapped(sheet.theme.paint('warn', row), sheet)),
    ...behindRows(service, sheet),
    ...adviceRows(service, '', sheet),
    ...needs,
  ];
}

/** Problems that the log explains better than the health check. */
const IN_THE_LOG = new Set<string>(['log-errors', 'stalled', 'oom-inside']);

function containerRows(container: ContainerFacts, service: Service, lines: number, sheet: RowContext): string[] {
  const { verdict, containers } = service;
  // In a loop the state changes every second; the text must not.
  const ended = container.state !== 'running' || verdict.code === 'restart-loop';
  const said = ended || isTrouble(verdict) ? lineRows(container, ended, lines, sheet) : [];
  const first = ended || IN_THE_LOG.has(verdict.code);
  return [
    ...(containers.length > 1 ? [sheet.theme.paint('title', safe(container.name))] : []),
    ...(first ? said : []),
    ...exitRows(container, verdict.reason, sheet),
    ...(container.state === 'created' ? [] : checkRows(container, sheet)),
    ...memoryRows(container, sheet),
    ...(first ? [] : said),
  ];
}

function titled(title: string, rows: readonly string[], { theme }: RowContext): string[] {
  return rows.length === 0 ? [] : [theme.paint('dim', title), ...rows];
}
