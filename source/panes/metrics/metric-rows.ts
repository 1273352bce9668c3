import type { Service } from '../../desk/model.ts';
import type { Usage } from '../../engine/facts.ts';
import { age, bytes, duration, moment, percent, plural } from '../../lib/format.ts';
import { displayText } from '../../lib/secrets.ts';
import { fit, safe, width as widthOf } from '../../lib/text.ts';
import { formatValue } from '../../lib/value.ts';
import type { DeskMetrics, MetricSource } from '../../metrics/desk-metrics.ts';
import { isOld, linesOver, valuesNow } from '../../metrics/panel-values.ts';
import { type ServerFacts, serverRows } from '../../metrics/server-watch.ts';
import type { UsageHistory } from '../../metrics/usage-history.ts';
import type { Panel } from '../../prometheus/board.ts';
import type { InstantValue } from '../../prometheus/evaluate.ts';
import type { EndpointStatus } from '../../prometheus/scraper.ts';
import type { ChartSeries } from '../../ui/chart/chart.ts';
import { sparkline } from '../../ui/chart/sparkline.ts';
import type { Theme } from '../../ui/theme.ts';
import { onGrid, peaks, usageTrend } from '../shared/trends.ts';
import { toneOf, watchesOf } from './watches.ts';

export type MetricRowsInput = {
  /** The service of the containers; undefined for an endpoint outside of containers. */
  service: Service | undefined;
  readings: ReadonlyMap<string, Usage>;
  usage: UsageHistory;
  sources: readonly MetricSource[];
  /** Alerts and targets, for a Prometheus server's own pane. */
  server: (endpoint: string) => ServerFacts;
  /** A Prometheus server's lines for a panel. */
  asked: DeskMetrics['asked'];
  intervalMs: number;
  now: number;
  /** The selected panel, counted over all boards; undefined while the pane has no focus. */
  selected?: number;
  /** Cells inside the frame. */
  width: number;
  theme: Theme;
};

/** The small metrics pane in order of importance: the container's resources, the freshness of its metrics, its board. */
export function metricRows(input: MetricRowsInput): string[] {
  let panels = 0;
  const boards = input.sources.flatMap((source) => {
    const first = panels;
    panels += source.board.panels.length + source.pinned.length;
    return sourceRows(source, first, input);
  });
  return [...usageRows(input).map((row) => ` ${row}`), ...boards];
}

/** CPU, memory, network, block I/O and processes, summed over the service's running containers. */
function usageRows({ service, readings, usage, now, width, theme }: MetricRowsInput): string[] {
  if (service === undefined) return [];
  const ids = service.containers.filter(({ state }) => state === 'running').map(({ id }) => id);
  const found = ids.flatMap((id) => readings.get(id) ?? []);
  if (ids.length === 0) return lastRows({ service, usage, now, width, theme });
  if (found.length === 0) return [theme.paint('dim', 'no reading yet')];
  const sum = (of: (usage: Usage) => number | undefined) => {
    const all = found.flatMap((one) => of(one) ?? []);
    return all.length === 0 ? undefined : all.reduce((a, b) => a + b, 0);
  };
  const spark = Math.max(0, Math.min(20, (width - 44) >> 1));
  const line = (figure: 'cpu' | 'memory', max?: number) => {
    if (spark < 5) return '';
    const trend = usageTrend(usage, figure, { containers: ids, now, cells: spark }, { ascii: theme.ascii, max });
    return ` ${theme.series(0, trend)}`;
  };
  const limit = sum((one) => one.memoryLimit);
  const memory = sum((one) => one.memory);
  const share = memory !== undefined && limit ? ` ${percent((memory / limit) * 100)}` : '';
  const rate = (of: (rates: NonNullable<Usage['rates']>) => number) =>
    perSecond(sum((one) => one.rates && of(one.rates)));
  const oldest = Math.min(...found.map(({ at }) => at));
  const note = now - oldest > 30_000 ? theme.paint('dim', ` (${age(now - oldest)} old)`) : '';
  return [
    `${label('CPU', theme)} ${known(
      sum((one) => one.cpuPercent),
      percent,
    )}${line('cpu')}  ${label('MEM', theme)} ${known(memory, bytes)}${limit ? `/${bytes(limit)}` : ''}${share}${line('memory', limit)}${note}`,
    `${label('NET', theme)} ${theme.glyph('falling')}${rate((one) => one.received)} ${theme.glyph('up')}${rate((one) => one.sent)}  ${label('DISK', theme)} r ${rate((one) => one.read)} w ${rate((one) => one.written)}  ${label('PIDS', theme)} ${known(
      sum((one) => one.pids),
      String,
    )}`,
  ];
}

/** CPU and memory before the end, as long as they are remembered: evidence after an out-of-memory kill. */
function lastRows({
  service,
  usage,
  now,
  width,
  theme,
}: Pick<MetricRowsInput, 'usage' | 'now' | 'width' | 'theme'> & {
  service: Service;
}): string[] {
  const ids = service.containers.map(({ id }) => id);
  const ended = Math.max(...ids.flatMap((id) => usage.track(id, 'memory')?.last?.time ?? []));
  const none = theme.paint('dim', 'no container is running');
  if (!Number.isFinite(ended)) return [none];
  const cells = Math.max(5, Math.min(30, width - 30));
  const row = (figure: 'cpu' | 'memory', title: string, format: (value: number) => string) => {
    const trend = usageTrend(usage, figure, { containers: ids, now: ended, cells }, { ascii: theme.ascii });
    const last = ids.reduce((sum, id) => sum + (usage.track(id, figure)?.last?.value ?? 0), 0);
    return `${label(title, theme)} ${theme.series(0, trend)} ${format(last)}`;
  };
  return [
    `${none}${theme.paint('dim', `; the 5 minutes before ${moment(ended, now)}:`)}`,
    row('memory', 'MEM', bytes),
    row('cpu', 'CPU', percent),
  ];
}

function label(text: string, theme: Theme): string {
  return theme.paint('info', text);
}

function known(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '-' : format(value);
}

function perSecond(value: number | undefined): string {
  return value === undefined ? '-' : `${bytes(value)}/s`;
}

/** The endpoint's state and board: titles, values and trends in columns. `first`: the number of its first panel. */
function sourceRows(source: MetricSource, first: number, input: MetricRowsInput): string[] {
  const { status, board, history, pinned } = source;
  const { theme, intervalMs, now, width } = input;
  if (status.endpoint.guess && status.state !== 'up' && status.lastScrape === undefined) return [];
  const old = isOld(status, intervalMs, now);
  const rows = [...board.panels, ...pinned].map((panel, index) => {
    const readings = valuesNow(panel, history, now, intervalMs);
    const isNear = Math.abs(first + index - (input.selected ?? 0)) <= NEAR;
    const asked = isNear ? askedOf(panel, source, input) : [];
    const all = [...readings, ...asked.flatMap(({ reading }) => reading ?? [])];
    const text = valuesText(panel, all, theme.ascii) + (old ? ageNote(readings, now) : '');
    const [trouble] = asked.filter(({ line }) => line.values.length === 0);
    return { panel, asked, readings: all, text: all.length === 0 && trouble ? safe(trouble.line.legend) : text };
  });
  const widest = (texts: readonly string[], most: number) => Math.min(most, Math.max(0, ...texts.map(widthOf)));
  const titles = widest(
    rows.map(({ panel }) => safe(panel.title)),
    Math.max(8, width >> 2),
  );
  const values = widest(
    rows.map(({ text }) => text),
    width - 3 - titles,
  );
  const trend = Math.min(30, width - 4 - titles - values);
  return [
    ` ${statusRow(status, now, old, theme)}`,
    ...(status.endpoint.isServer
      ? serverRows(input.server(status.endpoint.id), now, theme).map((row) => ` ${row}`)
      : []),
    ...rows.map(({ panel, asked, readings, text }, index) => {
      const title = fit(safe(panel.title), titles, 'left', theme.glyph('ellipsis'));
      const [worst] = watchesOf(panel, source);
      const beyond = worst !== undefined && worst.watch.level !== 'ok' ? toneOf(worst) : undefined;
      const tone = old || readings.length === 0 ? 'dim' : (beyond ?? (overLimit(panel, readings) ? 'bad' : 'plain'));
      const line = trend < 5 ? '' : ` ${askedTrend(asked, trend, theme) ?? trendOf(panel, history, trend, input)}`;
      const shown = fit(text, values, 'left', theme.glyph('ellipsis'));
      const mark = first + index === input.selected ? theme.glyph('fold') : ' ';
      return `${mark}${theme.paint(old ? 'dim' : 'info', title)} ${theme.paint(tone, shown)}${old ? theme.paint('dim', line) : theme.series(0, line)}`;
    }),
  ];
}

/** The visible rows around the selected one, whose panels are queried. */
const NEAR = 12;
/** The number of query steps if there is room for values only. */
const ASKED = { ms: 300_000, columns: 31 } as const;

type Asked = { line: ChartSeries; reading?: InstantValue };

/** Lines known only to a server, each with its newest value. */
function askedOf({ exprs }: Panel, source: MetricSource, { asked, now }: MetricRowsInput): Asked[] {
  const step = ASKED.ms / (ASKED.columns - 1);
  const to = Math.ceil(now / step) * step;
  const span = { from: to - ASKED.ms, to, columns: ASKED.columns };
  const lines = exprs.flatMap((expr) => (expr.kind === 'promql' ? asked(expr, source, span) : []));
  return lines.map((line) => {
    const value = line.values[line.values.length - 1] ?? Number.NaN;
    return Number.isNaN(value) ? { line } : { line, reading: { legend: line.legend, value, at: now } };
  });
}

function askedTrend([first]: readonly Asked[], cells: number, { ascii }: Theme): string | undefined {
  return first === undefined ? undefined : sparkline(first.line.values, cells, { ascii });
}

/** The source of the values, their age, and why there are no newer ones. */
export function statusRow(status: EndpointStatus, now: number, old: boolean, theme: Theme): string {
  const { endpoint, state, lastScrape, samples } = status;
  const name = displayText(endpoint.name);
  if (state === 'waiting') return theme.paint('dim', `${name}: not scraped yet`);
  const when = lastScrape === undefined ? 'never scraped' : `scraped ${age(now - lastScrape)} ago`;
  if (state === 'down') {
    return `${theme.paint('bad', `${theme.glyph('down')} ${displayText(status.error ?? 'scrape failed')}`)} ${theme.paint('dim', when)}`;
  }
  const dot = theme.ascii ? ' - ' : ' · ';
  const broken = brokenText(status);
  const counted = `${plural(samples, 'sample')} in ${duration(status.duration ?? 0)}`;
  const facts = [name, when, counted, ...status.notes.map(safe)];
  return theme.paint(old ? 'warn' : 'dim', facts.join(dot)) + theme.paint('warn', broken && `${dot}${broken}`);
}

/** The number of lines that could not be parsed, and the first one with its number. */
export function brokenText({ lineErrors: [first], lineErrorCount }: EndpointStatus): string {
  if (first === undefined) return '';
  const count = lineErrorCount === 1 ? '1 broken line' : `${lineErrorCount} broken lines, the first`;
  return safe(`${count}: ${first.line}: ${first.message}`);
}

/** The newest values of a panel, at most four, and their limit. */
function valuesText({ unit, limits = [] }: Panel, readings: readonly InstantValue[], ascii: boolean): string {
  if (readings.length === 0) return '-';
  const shown = readings.slice(0, 4).map(({ legend, value }) => {
    const text = formatValue(value, unit, ascii);
    return legend === '' ? text : `${safe(legend)} ${text}`;
  });
  const [low, high] = limits;
  const most =
    low !== undefined && low === -(high ?? 0) ? ` of ${ascii ? '+-' : '±'}${formatValue(-low, unit, ascii)}` : '';
  return shown.join('  ') + (readings.length > 4 ? ` +${readings.length - 4}` : most);
}

function ageNote(readings: readonly InstantValue[], now: number): string {
  return readings.length === 0 ? '' : ` (${age(now - Math.max(...readings.map(({ at }) => at)))} old)`;
}

/** Whether a value is beyond one of the panel's limits: a position past its risk limit. */
function overLimit({ limits = [] }: Panel, readings: readonly InstantValue[]): boolean {
  if (limits.length === 0) return false;
  const low = Math.min(...limits);
  const high = Math.max(...limits);
  return readings.some(({ value }) => value > high || (limits.length > 1 && value < low));
}

/** The first line of a panel as a sparkline. */
function trendOf(panel: Panel, history: MetricSource['history'], cells: number, input: MetricRowsInput): string {
  const [first] = panel.exprs;
  if (first === undefined) return '';
  const { now, intervalMs, theme } = input;
  const [line] = linesOver(first, history, onGrid(now, cells, intervalMs), intervalMs);
  return line === undefined ? '' : sparkline(peaks(line), cells, { ascii: theme.ascii });
}
