import { serviceName } from '../../desk/identity.ts';
import { isWell, levelCounts, severity } from '../../desk/levels.ts';
import type { Level } from '../../desk/model.ts';
import { age, plural } from '../../lib/format.ts';
import { fit, width } from '../../lib/text.ts';
import { levelTone } from '../../resources/cells.ts';
import type { Theme, Tone } from '../../ui/theme.ts';
import type { GlanceProject, GlanceReport, GlanceService, GlanceVerdict } from './report.ts';

export type RenderOptions = {
  theme: Theme;
  /** Cells of a line; longer ones are cut. Undefined (a file, a pipe): lines are as long as they are. */
  columns?: number;
  /** Only problems; prints nothing if there are none. */
  quiet?: boolean;
  /** Draws the projects as a table; without it they are lines. */
  table?: (rows: readonly Record<string, string>[]) => string;
};

/** A line in parts, so that it is cut before it is painted. */
type Part = { text: string; tone?: Tone };

/** The desk on one screen of plain text: its verdict, a line per project, then each cause with its symptoms under it. */
export function renderGlance(report: GlanceReport, { theme, columns, quiet = false, table }: RenderOptions): string {
  if (quiet && report.exit === 0) return '';
  const now = Date.parse(report.at);
  const paint = (lines: readonly Part[][]) => lines.map((parts) => drawn(parts, theme, columns));
  const projects =
    quiet || report.projects.length === 0
      ? []
      : table
        ? [table(projectRows(report.projects, theme))]
        : paint(projectLines(report.projects, theme));
  const head = [headline(report, theme), ...limits(report), ...(report.engine.reachable ? [] : engineTrouble(report))];
  const trouble = [...incidentLines(report, theme, now), ...troubleLines(report, theme, now)];
  return `${[...paint(head), ...projects, ...paint(trouble)].join('\n')}\n`;
}

/** The desk on one line, for a status bar or a login message. */
export function glanceLine(report: GlanceReport, { theme, columns }: Pick<RenderOptions, 'theme' | 'columns'>): string {
  if (!report.engine.reachable) {
    const why = report.engine.why ?? 'no answer yet';
    return drawn(
      [{ text: `${theme.glyph('unknown')} engine not reachable`, tone: 'bad' }, { text: `: ${why}` }],
      theme,
      columns,
    );
  }
  const [incident] = report.incidents;
  const roots = rootsFirst(report.services).filter(({ causes }) => causes.length === 0);
  const more = roots.length > 1 ? ` (+${roots.length - 1} more)` : '';
  const first = roots[0];
  const what = incident
    ? ` ${incident.reason}`
    : first
      ? ` ${serviceName(first)}: ${first.verdict.reason}${more}`
      : ` ${report.verdict.reason}`;
  return drawn([levelPart(report.verdict.level, theme), { text: what }], theme, columns);
}

function headline({ verdict, engine, services }: GlanceReport, theme: Theme): Part[] {
  const host = !engine.name ? '' : ` on ${engine.name}${engine.version ? ` (engine ${engine.version})` : ''}`;
  const count = plural(services.length, 'service');
  const why = isWell(verdict.level) ? '' : `: ${verdict.reason}`;
  return [levelPart(verdict.level, theme), { text: ` desk${host}, ${count}` }, { text: why }];
}

/** Reports what a proxy blocks. */
function limits({ engine }: GlanceReport): Part[][] {
  if (!engine.forbidden || engine.forbidden.length === 0) return [];
  return [[{ text: `  not seen: a proxy or a plug-in forbids ${engine.forbidden.join(', ')}`, tone: 'dim' }]];
}

function engineTrouble({ engine }: GlanceReport): Part[][] {
  return [
    [{ text: `  ${engine.why ?? 'the engine has not answered yet'}`, tone: 'bad' }],
    ...(engine.advice ? [[{ text: `  ${engine.advice}` }]] : []),
  ];
}

function projectLines(projects: readonly GlanceProject[], theme: Theme): Part[][] {
  const wide = Math.max(0, ...projects.map(({ name }) => width(name || '(no project)')));
  return projects.map(({ name, verdict, levels }) => [
    { text: '  ' },
    { text: theme.glyph(verdict.level), tone: levelTone(verdict.level) },
    { text: ` ${fit(name || '(no project)', wide)}  ` },
    { text: fit(verdict.level, 8), tone: levelTone(verdict.level) },
    { text: `  ${levelCounts(levels)}`, tone: 'dim' },
  ]);
}

function projectRows(projects: readonly GlanceProject[], theme: Theme): Record<string, string>[] {
  return projects.map(({ name, verdict, levels }) => ({
    PROJECT: name || '(no project)',
    STATE: `${theme.glyph(verdict.level)} ${verdict.level}`,
    SERVICES: levelCounts(levels),
  }));
}

/** An incident, its advice, and its services one per line, before other problems. */
function incidentLines({ incidents, services }: GlanceReport, theme: Theme, now: number): Part[][] {
  const byId = new Map(services.map((service) => [service.id, service]));
  return incidents.flatMap((incident) => {
    const { reason, since, advice } = incident;
    const taken = incident.services.flatMap((id) => byId.get(id) ?? []);
    if (incident.services.length > 0 && taken.length === 0) return [];
    return [
      [],
      [
        { text: `${theme.glyph('down')} ${reason}`, tone: 'bad' as const },
        { text: since === undefined ? '' : `, ${age(now - Date.parse(since))} ago`, tone: 'dim' as const },
      ],
      ...advice.map((text) => [{ text: `    next: ${text}`, tone: 'info' as const }]),
      ...taken.map((service) => takenLine(service, byId, theme)),
    ];
  });
}

/** `└ ✖ exness/redis  exit 255 …  (blocks backend, engine)` */
function takenLine(service: GlanceService, byId: ReadonlyMap<string, GlanceService>, theme: Theme): Part[] {
  const { verdict, blocks } = service;
  const blocked = blocks.flatMap((id) => byId.get(id)?.name ?? []);
  return [
    { text: `    ${theme.glyph('cause')} ` },
    { text: `${theme.glyph(verdict.level)} ${serviceName(service)}`, tone: levelTone(verdict.level) },
    { text: `  ${verdict.reason}` },
    { text: blocked.length === 0 ? '' : `  (blocks ${blocked.join(', ')})`, tone: 'dim' },
  ];
}

/** Each service with a problem, causes first, with their symptoms below. */
function troubleLines({ services, incidents }: GlanceReport, theme: Theme, now: number): Part[][] {
  const byId = new Map(services.map((service) => [service.id, service]));
  // Services of an incident, and those they block, were shown already.
  const taken = incidents.flatMap((incident) => incident.services);
  const shown = new Set([...taken, ...taken.flatMap((id) => byId.get(id)?.blocks ?? [])]);
  const lines: Part[][] = [];
  for (const service of rootsFirst(services)) {
    if (shown.has(service.id)) continue;
    shown.add(service.id);
    lines.push([], serviceLine(service, theme, now), ...detailLines(service));
    const blocked = service.blocks.flatMap((id) => byId.get(id) ?? []);
    if (blocked.length > 0)
      lines.push([{ text: `    blocks ${blocked.length}: ${blocked.map(({ name }) => name).join(', ')}` }]);
    for (const symptom of blocked) {
      if (shown.has(symptom.id)) continue;
      shown.add(symptom.id);
      lines.push(symptomLine(symptom, service, theme));
    }
  }
  return lines;
}

function rootsFirst(services: readonly GlanceService[]): GlanceService[] {
  const rank = ({ verdict, causes, blocks }: GlanceService): number =>
    (causes.length > 0 ? 1e6 : 0) - severity(verdict.level) * 1e4 - blocks.length;
  return services
    .filter((service) => !isWell(service.verdict.level) || service.blocks.length > 0)
    .sort((a, b) => rank(a) - rank(b));
}

function serviceLine(service: GlanceService, theme: Theme, now: number): Part[] {
  const { verdict } = service;
  return [
    { text: `${theme.glyph(verdict.level)} ${serviceName(service)}`, tone: levelTone(verdict.level) },
    { text: `  ${verdict.level}${sinceWords(verdict, now)}`, tone: levelTone(verdict.level) },
    { text: `  ${verdict.reason}` },
  ];
}

function sinceWords({ since }: GlanceVerdict, now: number): string {
  return since === undefined ? '' : ` for ${age(now - Date.parse(since))}`;
}

function detailLines({ causes, advice, lastLine, verdict }: GlanceService): Part[][] {
  return [
    ...causes.map((cause) => [{ text: `    because of ${cause.name} (${cause.signal})` }]),
    ...(lastLine && !verdict.reason.includes(lastLine)
      ? [[{ text: `    last line: ${lastLine}`, tone: 'dim' as const }]]
      : []),
    ...(advice ? [[{ text: `    next: ${advice.text}`, tone: 'info' as const }]] : []),
  ];
}

function symptomLine(symptom: GlanceService, cause: GlanceService, theme: Theme): Part[] {
  const { verdict, causes } = symptom;
  const signal = causes.find((one) => one.id === cause.id)?.signal ?? '';
  return [
    { text: `    ${theme.glyph('cause')} ` },
    { text: `${theme.glyph(verdict.level)} ${symptom.name}`, tone: levelTone(verdict.level) },
    { text: `  ${verdict.code === 'blocked' ? 'not started' : verdict.reason}` },
    { text: signal ? `  (${signal})` : '', tone: 'dim' },
  ];
}

function levelPart(level: Level, theme: Theme): Part {
  return { text: `${theme.glyph(level)} ${level.toUpperCase()}`, tone: levelTone(level) };
}

/** Cut to the width first, painted then. */
function drawn(parts: readonly Part[], theme: Theme, columns = Number.POSITIVE_INFINITY): string {
  let left = columns;
  let line = '';
  for (const { text, tone } of parts) {
    if (left <= 0 || text === '') continue;
    const wide = width(text);
    const shown = wide <= left ? text : fit(text, left, 'left', theme.glyph('ellipsis'));
    left -= Math.min(wide, left);
    line += tone ? theme.paint(tone, shown) : shown;
  }
  return line;
}
