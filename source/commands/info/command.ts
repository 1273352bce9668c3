import { MASK, maskText } from '../../lib/secrets.ts';
import { safe } from '../../lib/text.ts';
import { settingEntries } from '../../settings/describe.ts';
import { type SettingsPath, valueAt } from '../../settings/load.ts';
import type { Settings } from '../../settings/schema.ts';

export type InfoFacts = {
  version: string;
  /** Files and directories by what they hold. */
  paths: Readonly<Record<string, string>>;
  settings: Settings;
  /** Where a setting comes from. */
  origin(path: SettingsPath): string;
  print(text: string): void;
};

type Shown = { setting: string; value: unknown; origin: string };

/** `deskhand info`: where files are, and the settings in force with their origin. Answers the exit status, 0. */
export function info({ json }: { json?: boolean }, facts: InfoFacts): number {
  const { version, paths, print } = facts;
  const settings = shownSettings(facts);
  if (json) print(`${JSON.stringify({ schema: 1, version, paths, settings }, undefined, 2)}\n`);
  else print(textOf(version, paths, settings));
  return 0;
}

/** Each setting outside of lists; lists and what is named by the user are shown whole. */
function shownSettings({ settings, origin }: InfoFacts): Shown[] {
  const whole = settingEntries().filter(({ path, type }) => !/NAME|\[\]/.test(path.join('.')) && type !== 'section');
  return whole.map(({ path }) => ({
    setting: path.join('.'),
    value: masked(valueAt(settings, path), path),
    origin: origin(path),
  }));
}

/** Without passwords in addresses, and without what is sent in headers. */
function masked(value: unknown, path: SettingsPath): unknown {
  if (path.at(-1) === 'headers' && typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.keys(value).map((name) => [name, MASK]));
  return typeof value === 'string' ? maskText(value) : value;
}

function textOf(version: string, paths: InfoFacts['paths'], settings: readonly Shown[]): string {
  const wide = Math.max(...Object.keys(paths).map(({ length }) => length)) + 2;
  const places = Object.entries(paths).map(([name, path]) => `${`${name}:`.padEnd(wide)}${safe(path)}`);
  const rows = settings.map(({ setting, value, origin }) => [setting, shownValue(value), origin] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map(([setting, value, origin]) =>
    `${setting.padEnd(widths[0] ?? 0)}  ${value.padEnd(Math.min(40, widths[1] ?? 0))}  ${safe(origin)}`.trimEnd(),
  );
  return `deskhand ${version}\n\n${places.join('\n')}\n\n${table.join('\n')}\n`;
}

function shownValue(value: unknown): string {
  if (value === undefined) return '-';
  return safe(typeof value === 'string' ? value : JSON.stringify(value));
}
