import type { MarketState } from '../../actions/market.ts';
import { countLevels, levelCounts, WORST_FIRST } from '../../desk/levels.ts';
import type { Fleet } from '../../fleet/model.ts';
import { urgency } from '../../fleet/urgency.ts';
import { age, bytes, percent, plural } from '../../lib/format.ts';
import { memoizeByObject } from '../../lib/memoize.ts';
import { fit, fitStyled, safe, width as widthOf } from '../../lib/text.ts';
import { levelGlyph, levelTone } from '../../resources/cells.ts';
import { hostMark } from '../../resources/fleet-columns.ts';
import type { CellContext } from '../../resources/resource.ts';
import { keyLabel } from '../../ui/input/keys.ts';
import type { Binding, KeyGroup } from '../../ui/keymap.ts';
import type { Theme, Tone } from '../../ui/theme.ts';
import type { Cost } from '../shared/services.ts';
import { footerHints } from './view-facts.ts';

export type HeaderFacts = {
  world: CellContext;
  endpoint: string;
  readonly: boolean;
  armedUntil?: number;
  cost: Cost;
  /** Load of this host, if the engine runs on it. */
  host?: { cpuPercent?: number; memoryUsed: number; memoryTotal: number };
  /** The markets of the settings. */
  markets?: readonly MarketState[];
  /** Age (ms) from which data is marked as old: the engine may hang long before the connection counts as lost. */
  staleAfter: number;
  /** Of the focused view, the most specific first. */
  groups: readonly KeyGroup[];
  /** Projects on the digits, from 1. */
  favourites: readonly string[];
};

/** The header: facts on the left, key hints in columns on the right, as in k9s. `height` lines of `width` cells. */
export function headerRows(facts: HeaderFacts, width: number, height: number, theme: Theme): string[] {
  if (height <= 0) return [];
  const { fleet } = facts.world;
  if (height < 3)
    return [
      fitStyled(
        ` ${fleet ? (fleetLeft(fleet, facts, theme)[1] ?? '') : [counts(facts, theme), mode(facts, theme), dataAge(facts, theme), marketClock(facts, theme), engineName(facts)].filter(Boolean).join('  ')}`,
        width,
      ),
    ];
  const left = fleet ? fleetLeft(fleet, facts, theme) : height < 6 ? shortLeft(facts, theme) : longLeft(facts, theme);
  const leftWidth = Math.min(Math.floor(width * 0.62), Math.max(...left.map(widthOf)) + 2);
  const hints = hintColumns(facts, width - leftWidth, height, theme);
  return Array.from(
    { length: height },
    (_, row) => fitStyled(` ${left[row] ?? ''}`, leftWidth) + fitStyled(hints[row] ?? '', width - leftWidth),
  );
}

/** What a table of many engines stands under: its hosts by state, and their services by level. */
function fleetLeft(fleet: Fleet, { cost }: HeaderFacts, theme: Theme): string[] {
  const hosts = fleet.hosts.filter(({ state }) => state !== 'idle').toSorted((a, b) => urgency(a) - urgency(b));
  const byWord = new Map<string, { tone: Tone; count: number }>();
  for (const host of hosts) {
    const word = host.state === 'live' ? (host.desk?.verdict.level ?? 'unknown') : host.state;
    const known = byWord.get(word);
    byWord.set(word, { tone: hostMark(host).tone, count: (known?.count ?? 0) + 1 });
  }
  const words = [...byWord].map(([word, { tone, count }]) => theme.paint(tone, `${count} ${word}`));
  const services = levelCounts(countLevels(hosts.flatMap(({ desk }) => desk?.services ?? [])));
  const label = (name: string) => theme.paint('info', fit(name, 10));
  return [
    `${label('Fleet:')}${plural(hosts.length, 'host')}`,
    label('Hosts:') + words.join('  '),
    label('Services:') + services,
    label('deskhand:') + theme.paint('dim', ownCost(cost)),
  ];
}

function shortLeft(facts: HeaderFacts, theme: Theme): string[] {
  return [
    engineName(facts),
    counts(facts, theme),
    [mode(facts, theme), dataAge(facts, theme), marketClock(facts, theme), slowed(facts.cost)]
      .filter(Boolean)
      .join('  '),
  ];
}

function longLeft(facts: HeaderFacts, theme: Theme): string[] {
  const label = (name: string) => theme.paint('info', fit(name, 10));
  return [
    label('Engine:') + engineName(facts),
    label('Where:') + safe(facts.endpoint),
    label('Host:') + hostLine(facts),
    label('Services:') + counts(facts, theme),
    label('Actions:') +
      [mode(facts, theme) || 'allowed', dataAge(facts, theme), marketClock(facts, theme)].filter(Boolean).join('   '),
    label('deskhand:') + theme.paint('dim', ownCost(facts.cost)),
  ];
}

function ownCost(cost: Cost): string {
  return [`${measured(cost.cpuPercent)} CPU`, bytes(cost.rss), slowed(cost)].filter(Boolean).join(', ');
}

/** Empty unless intervals are stretched to stay within the budget. */
function slowed({ stretch }: Cost): string {
  return stretch > 1 ? `slowed ${stretch.toFixed(stretch < 10 ? 1 : 0)}x for its budget` : '';
}

function engineName({ world }: HeaderFacts): string {
  const { engine } = world.state;
  if (!engine) return world.state.connection.state === 'connecting' ? 'connecting' : 'not connected';
  const name =
    engine.version === ''
      ? 'Docker, version not known'
      : `${engine.product ?? 'Docker'} ${engine.version} (API ${engine.apiVersion})`;
  const limits = engine.forbidden
    ? `; a proxy or plug-in forbids ${engine.forbidden.map((path) => path.replace(/^GET /, '')).join(' ')}`
    : '';
  return safe(`${name}${limits}`);
}

function hostLine({ world, host }: HeaderFacts): string {
  const { engine } = world.state;
  if (!engine) return '';
  const load = host
    ? ` · CPU ${measured(host.cpuPercent)} · ${bytes(host.memoryUsed)} of ${bytes(host.memoryTotal)}`
    : ` · ${bytes(engine.memory)}`;
  if (engine.cpus === 0) return 'not known';
  return safe(`${engine.name} · ${engine.cpus} CPUs${load}`);
}

/** A load that was not measured yet is not shown as 0 %. */
function measured(load: number | undefined): string {
  return load === undefined ? '…' : percent(load);
}

/** `✖ 2 down  ▲ 1 degraded  ● 20 ok`, the worst first; levels without services are left out. */
function counts({ world }: HeaderFacts, theme: Theme): string {
  const all = countsOf(world.desk.services);
  const shown = WORST_FIRST.filter((level) => all[level]).map((level) =>
    theme.paint(levelTone(level), `${theme.glyph(levelGlyph(level))} ${all[level]} ${level}`),
  );
  const project = world.project === undefined ? '' : theme.paint('title', safe(`[${world.project}]`));
  return [...shown, project].filter(Boolean).join('  ') || (world.state.lastUpdateAt === undefined ? '' : 'none');
}

const countsOf = memoizeByObject(countLevels);

function mode({ world, readonly, armedUntil }: HeaderFacts, theme: Theme): string {
  const left = (armedUntil ?? 0) - world.state.now;
  if (left > 0) return theme.paint('warn', `ARMED ${age(left)}`);
  return readonly ? theme.paint('title', 'READ-ONLY') : '';
}

/** `NYSE open until 16:00 EST`: while a market is open, actions are more dangerous. */
function marketClock({ markets = [] }: HeaderFacts, theme: Theme): string {
  return markets
    .toSorted((a, b) => Number(b.open) - Number(a.open))
    .map(({ name, open, changesText }) => {
      const text = safe(
        `${name} ${open ? 'open' : 'closed'}${changesText === undefined ? '' : ` until ${changesText}`}`,
      );
      return theme.paint(open ? 'warn' : 'dim', text);
    })
    .join('  ');
}

/** Shown only if the data is older than it should be. */
function dataAge({ world, staleAfter }: HeaderFacts, theme: Theme): string {
  const { lastUpdateAt, now, connection } = world.state;
  if (lastUpdateAt === undefined || (connection.state === 'ready' && now - lastUpdateAt <= staleAfter)) return '';
  return theme.paint('bad', `data is ${age(now - lastUpdateAt)} old`);
}

/** The keys of the view; where there is room beside them, the digits with their projects, as in k9s. */
function hintColumns(
  { groups, favourites, world }: HeaderFacts,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const keys = packed(
    hintsOf(groups).map(({ keys, hint }) => ({ key: keyLabel(keys[0] ?? ''), hint })),
    width,
    height,
    theme,
  );
  const used = widthOf(keys[0] ?? '');
  const digits = world.fleet || height < 6 ? [] : ['all', ...favourites].slice(0, 10);
  const named = digits.map((name, digit) => ({
    key: keyLabel(String(digit)),
    hint: fit(safe(name), LONGEST_PROJECT).trimEnd(),
  }));
  const projects = packed(named, width - used, height, theme);
  return keys.map(
    (row, index) => ' '.repeat(Math.max(0, width - used - widthOf(projects[0] ?? ''))) + (projects[index] ?? '') + row,
  );
}

const LONGEST_PROJECT = 16;

type Hint = { key: string; hint: string };

/** In columns of this height, as many as there is room for; every row has the same width. */
function packed(hints: readonly Hint[], width: number, height: number, theme: Theme): string[] {
  const rows = Array.from({ length: height }, () => '');
  let used = 0;
  for (let start = 0; start < hints.length; start += height) {
    const column = hints.slice(start, start + height);
    const cells = Math.max(...column.map(({ key, hint }) => key.length + hint.length + 1)) + 2;
    if (used + cells > width) break;
    used += cells;
    column.forEach(({ key, hint }, row) => {
      rows[row] += fitStyled(`${theme.paint('key', key)} ${theme.paint('dim', hint)}`, cells);
    });
    for (let row = column.length; row < height; row += 1) rows[row] += ' '.repeat(cells);
  }
  return rows;
}

/** Of several bindings on one key, the most specific acts. Hints in the footer are not repeated. */
function hintsOf(groups: readonly KeyGroup[]): Binding[] {
  const byKey = new Map<string, Binding>();
  const below = new Set(footerHints(groups).map(({ key }) => key));
  for (const binding of groups.flatMap((group) => Object.values(group.bindings))) {
    const key = binding.keys[0] ?? '';
    if (!byKey.has(key)) byKey.set(key, binding);
  }
  return [...byKey.values()].filter(({ hint, keys }) => hint !== '' && !below.has(keys[0] ?? ''));
}
