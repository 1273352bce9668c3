import { actions } from '../actions/list.ts';
import type { Desk } from '../desk/model.ts';
import { matching } from '../lib/glob.ts';
import { suggestionFor } from '../lib/suggestion.ts';
import type { Exposition } from '../prometheus/exposition/exposition.ts';
import type { SettingsDocument, SettingsPath } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';

/** A name in the settings that matches nothing, so that its guard or threshold has no effect. */
export type Unmatched = { path: SettingsPath; text: string };

/** `config.yaml:3: services.exness/enigne: there is no service or container "exness/enigne" here.` */
export function unmatchedText({ path, text }: Unmatched, document: Pick<SettingsDocument, 'place'>): string {
  return `${document.place(path)}: ${path.join('.')}: ${text}`;
}

/** The objects that names of the settings can refer to. */
export type KnownNames = {
  desk: Desk;
  /** Names of the docker contexts. */
  contexts: readonly string[];
  /** Words that commands of the prompt begin with. */
  commands: readonly string[];
  /** Names of the metrics that are scraped; undefined while unknown. */
  metrics?: ReadonlySet<string>;
};

/** The names of all metrics of these sources; undefined if none was scraped yet. */
export function metricNames(
  sources: readonly { history: { latest: { exposition: Pick<Exposition, 'series'> } | undefined } }[],
): ReadonlySet<string> | undefined {
  const names = new Set(
    sources.flatMap(({ history }) => history.latest?.exposition.series.map(({ name }) => name) ?? []),
  );
  return names.size > 0 ? names : undefined;
}

/** All names in the settings that match nothing on this engine, in the order of the settings. */
export function unmatchedNames(settings: Settings, known: KnownNames): Unmatched[] {
  const { desk } = known;
  const services = [...new Set(desk.services.flatMap(namesOf))];
  const projects = desk.projects.map(({ name }) => name);
  const service = (path: SettingsPath, name: string) => missing(path, name, services, 'service or container');
  const project = (path: SettingsPath, name: string) => missing(path, name, projects, 'project');
  return [
    ...Object.keys(settings.contexts).flatMap((name) =>
      missing(['contexts', name], name, known.contexts, 'docker context'),
    ),
    ...settings.favourites.flatMap((name, index) => project(['favourites', index], name)),
    ...settings.metrics.endpoints.flatMap(({ container }, index) =>
      container === undefined ? [] : service(['metrics', 'endpoints', index, 'container'], container),
    ),
    ...thresholdMetrics(settings, known.metrics),
    ...Object.keys(settings.services).flatMap((name) => service(['services', name], name)),
    ...settings.market.flatMap(({ projects: names = [] }, index) =>
      names.flatMap((name, at) => project(['market', index, 'projects', at], name)),
    ),
    ...conditionNames(settings, service, known.metrics),
    ...sloNames(settings, known.metrics),
    ...proceduresAndRunbooks(settings, service, [...services, ...projects]),
    ...commandWords(settings, known.commands),
  ];
}

/** What steps of a maintenance window act on; the others name volumes, runbooks, programs and times. */
const ON_SERVICES = [
  'stop',
  'start',
  'restart',
  'pull',
  'up',
  'recreate',
  'update',
  'rollback',
  'on',
  'check',
] as const;

function proceduresAndRunbooks(
  { maintenance, runbooks }: Settings,
  service: (path: SettingsPath, name: string) => Unmatched[],
  targets: readonly string[],
): Unmatched[] {
  const covered = Object.entries(maintenance).flatMap(([name, { services = [], steps }]) => [
    ...services.flatMap((one, at) => service(['maintenance', name, 'services', at], one)),
    ...steps.flatMap((step, at) =>
      ON_SERVICES.flatMap((kind) => {
        const target = step[kind];
        return target === undefined ? [] : missing(['maintenance', name, 'steps', at, kind], target, targets, TARGET);
      }),
    ),
  ]);
  const offered = runbooks.flatMap(({ services = [] }, index) =>
    services.flatMap((one, at) => service(['runbooks', index, 'services', at], one)),
  );
  return [...covered, ...offered];
}

function sloNames({ slos, market }: Settings, metrics: KnownNames['metrics']): Unmatched[] {
  const markets = market.map(({ name }) => name);
  return slos.flatMap(({ bad, total, market: of }, index) => [
    ...unread(['slos', index, 'bad'], bad, metrics),
    ...unread(['slos', index, 'total'], total, metrics),
    ...(of === undefined ? [] : missing(['slos', index, 'market'], of, markets, 'market')),
  ]);
}

const TARGET = 'service, container or project';

/** Aliases and hotkeys begin with a command of the prompt, or with another alias. */
function commandWords({ aliases, hotkeys }: Settings, commands: readonly string[]): Unmatched[] {
  const word = (path: SettingsPath, text: string) =>
    missing(path, text.trim().replace(/^:/, '').split(/\s/)[0] ?? '', commands, 'command');
  return [
    ...Object.entries(aliases).flatMap(([name, text]) => word(['aliases', name], text)),
    ...Object.entries(hotkeys).flatMap(([name, { command }]) => word(['hotkeys', name, 'command'], command)),
  ];
}

function namesOf({ name, project, containers }: Desk['services'][number]): string[] {
  return [name, ...(project === undefined ? [] : [`${project}/${name}`]), ...containers.map((one) => one.name)];
}

/** `name` may hold `*`, as in the guards. */
function missing(path: SettingsPath, name: string, known: readonly string[], what: string): Unmatched[] {
  if (matching([name], known) !== undefined) return [];
  return [{ path, text: `there is no ${what} "${name}" here.${suggestionFor(name, known)}` }];
}

function conditionNames(
  settings: Settings,
  service: (path: SettingsPath, name: string) => Unmatched[],
  metrics: KnownNames['metrics'],
): Unmatched[] {
  const names = actions.map(({ name }) => name);
  return settings.conditions.flatMap(({ services, actions: given = [], metric }, index) => [
    ...services.flatMap((name, at) => service(['conditions', index, 'services', at], name)),
    ...given.flatMap((name, at) => missing(['conditions', index, 'actions', at], name, names, 'action')),
    ...unread(['conditions', index, 'metric'], /^\s*([\w:]+)/.exec(metric)?.[1], metrics),
  ]);
}

function thresholdMetrics(settings: Settings, metrics: KnownNames['metrics']): Unmatched[] {
  return settings.metrics.thresholds.flatMap(({ value, rate, of }, index) =>
    [value ?? rate ?? of].flat().flatMap((name) => unread(['metrics', 'thresholds', index], name, metrics)),
  );
}

function unread(path: SettingsPath, name: string | undefined, metrics: KnownNames['metrics']): Unmatched[] {
  if (name === undefined || metrics === undefined || metrics.has(name)) return [];
  // Histograms and counters have longer names on the page.
  if ([...metrics].some((one) => one.startsWith(`${name}_`))) return [];
  return [{ path, text: `no endpoint has a metric "${name}".${suggestionFor(name, [...metrics])}` }];
}
