import type { Settings } from './schema.ts';

/** What a context may have of its own, beside its skin and whether it is read-only. */
const OWN = ['aliases', 'hotkeys', 'plugins', 'views', 'keys'] as const;

/** The settings as they are in one docker context or host: its own entries over those of all. */
export function inContext(settings: Settings, context: string | undefined): Settings {
  const own = context === undefined ? undefined : settings.contexts[context];
  if (own === undefined) return settings;
  const sections = OWN.filter((section) => own[section] !== undefined).map((section) => [
    section,
    { ...settings[section], ...own[section] },
  ]);
  if (sections.length === 0 && own.favourites === undefined) return settings;
  return { ...settings, favourites: own.favourites ?? settings.favourites, ...Object.fromEntries(sections) };
}

/** Parts that are read once, when the program starts. */
const AT_START: readonly (readonly string[])[] = [
  ['host'],
  ['context'],
  ['hosts'],
  ['engine'],
  ['usage'],
  ['budget'],
  ['metrics'],
  ['slos'],
  ['audit'],
  ['logs', 'buffer'],
  ['screen', 'frames'],
  ['screen', 'escapePause'],
  ['screen', 'mouse'],
  ['screen', 'header'],
];

/** What differs between two settings and takes effect only with the next start, by its path. */
export function fromNextStart(before: Settings, after: Settings): string[] {
  const value = (settings: Settings, path: readonly string[]) =>
    JSON.stringify(path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], settings));
  const probed = (settings: Settings) =>
    JSON.stringify(Object.entries(settings.services).map(([name, { health, metrics }]) => [name, health, metrics]));
  return [
    ...AT_START.filter((path) => value(before, path) !== value(after, path)).map((path) => path.join('.')),
    ...(probed(before) === probed(after) ? [] : ['services (health, metrics)']),
  ];
}
