import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { errorMessage } from '../lib/error.ts';
import { suggestionFor } from '../lib/suggestion.ts';
import { isUtf8 } from './locale.ts';
import { settingNames } from './names.ts';
import { type Settings, SettingsSchema } from './schema.ts';

/** The problems in the settings, each with its location. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export type SettingsSources = {
  env: Readonly<Record<string, string | undefined>>;
  /** From the command line, in the shape of the settings; undefined fields are left to the file. */
  flags: Readonly<Record<string, unknown>>;
  /** `--config`; it must exist. */
  file?: string;
};

/** Where the settings file is: `$XDG_CONFIG_HOME/deskhand/config.yaml`. */
export function settingsFile(env: SettingsSources['env']): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'deskhand', 'config.yaml');
}

/** A path in the settings: keys and positions from the outside in, such as ['services', 'exness/redis', 'single']. */
export type SettingsPath = readonly (string | number)[];

/** The settings file in effect: its content, and where in it each key is. */
export type SettingsDocument = {
  path: string;
  exists: boolean;
  values: Record<string, unknown>;
  /** `config.yaml:12`; only the file's name when the value comes from the environment or a flag. */
  place(path: SettingsPath): string;
};

/** Defaults < locale < file < environment < flags. Throws a SettingsError that lists every problem at once. */
export function loadSettings(sources: SettingsSources): Settings {
  return resolveSettings(sources).settings;
}

/** The settings in force, and where each one comes from: `default`, `locale`, `config.yaml:12`, `environment` or `flag`. */
export function resolveSettings(sources: SettingsSources): {
  settings: Settings;
  origin(path: SettingsPath): string;
} {
  const { env, flags } = sources;
  const document = readDocument(sources);
  const environment = fromEnvironment(env);
  const locale = fromLocale(env);
  const merged = [locale, document.values, environment, flags].reduce<Record<string, unknown>>(
    (all, part) => merge(all, part),
    {},
  );
  const result = v.safeParse(SettingsSchema, merged);
  if (!result.success) throw new SettingsError(result.issues.map((issue) => problemText(issue, document)));
  const origin = (path: SettingsPath) => {
    if (valueAt(flags, path) !== undefined) return 'flag';
    if (valueAt(environment, path) !== undefined) return 'environment';
    if (valueAt(document.values, path) !== undefined) return document.place(path);
    return valueAt(locale, path) === undefined ? 'default' : 'locale';
  };
  return { settings: result.output, origin };
}

/** What stands at a place in nested records and lists; undefined where nothing does. */
export function valueAt(values: unknown, path: SettingsPath): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[String(key)], values);
}

function problemText(issue: v.BaseIssue<unknown>, document: SettingsDocument): string {
  const path = (issue.path ?? []).flatMap(({ key }) => (typeof key === 'string' || typeof key === 'number' ? key : []));
  // What is missing has no line of its own: the one of what it is missing from.
  const own = document.place(path);
  const where = own === document.path ? document.place(path.slice(0, -1)) : own;
  const source = where === document.path ? `${where}, environment or flags` : where;
  return `${path.join('.') || 'settings'}: ${issueText(issue, path)} (${source})`;
}

function issueText(issue: v.BaseIssue<unknown>, path: SettingsPath): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const name = String(path.at(-1) ?? '');
    return `there is no such setting.${suggestionFor(name, settingNames(path.slice(0, -1)))}`;
  }
  const yes = issue.type === 'boolean' && typeof issue.input === 'string' && /^(yes|no|on|off)$/i.test(issue.input);
  const hint = yes ? `; write ${/^(yes|on)$/i.test(String(issue.input)) ? 'true' : 'false'}` : '';
  return issue.message.replace(/^Invalid \w+: /, '').replace(/^Expected/, 'expected') + hint;
}

/** Sections that may stand in files of their own beside the settings, as in k9s: `aliases.yaml` holds `aliases:`. */
const BESIDE = ['aliases', 'hotkeys', 'plugins', 'views'] as const;

/** What k9s calls a section, where that is another name. */
const K9S_NAMES: Readonly<Record<string, string>> = { hotKeys: 'hotkeys' };

/** Reads the settings file and those beside it as they are; throws a SettingsError if one cannot be read or is not YAML. */
export function readDocument({ env, file }: Pick<SettingsSources, 'env' | 'file'>): SettingsDocument {
  const path = file ?? env.DESKHAND_CONFIG ?? settingsFile(env);
  const optional = file === undefined && env.DESKHAND_CONFIG === undefined;
  const main = readFile(path, optional);
  const beside = BESIDE.map((section) => sectionFile(join(dirname(path), `${section}.yaml`), section));
  const all = [main, ...beside].filter((one) => one !== undefined);
  return {
    path,
    exists: main !== undefined,
    values: all.reduce<Record<string, unknown>>((values, one) => merge(values, one.values), {}),
    place: (at) => all.map((one) => one.place(at)).find((place) => place !== undefined) ?? path,
  };
}

/** One file: what it holds, and the file and line where it holds something. */
type SettingsFile = { values: Record<string, unknown>; place(path: SettingsPath): string | undefined };

function sectionFile(path: string, section: string): SettingsFile | undefined {
  const read = readFile(path, true);
  if (read === undefined) return undefined;
  const own = (name: string) => K9S_NAMES[name] ?? name;
  const names = Object.keys(read.values);
  const other = names.find((name) => own(name) !== section);
  if (other !== undefined)
    throw new SettingsError([`${other}: this file holds only "${section}:" (${read.place([other]) ?? path})`]);
  const written = names[0] ?? section;
  return {
    values: Object.fromEntries(names.map((name) => [own(name), read.values[name]])),
    place: ([first, ...rest]) => (first === section ? read.place([written, ...rest]) : undefined),
  };
}

function readFile(path: string, optional: boolean): SettingsFile | undefined {
  const text = readText(path, optional);
  if (text === undefined) return undefined;
  const counter = new LineCounter();
  const document = parsed(text, counter, path);
  const broken = document.errors.map((error) => `${path}: ${error.message.split('\n')[0]}`);
  if (broken.length > 0) throw new SettingsError(broken);
  const place = (at: SettingsPath) => {
    const offset = offsetOf(document.contents, at);
    return offset === undefined ? undefined : `${path}:${counter.linePos(offset).line}`;
  };
  return { values: valuesOf(document, path), place };
}

/** Bytes of the largest settings file. The library takes quadratic time for some broken texts: seconds for as many bytes. */
const LARGEST = 128 * 1024;

/** Reading a pipe or a device would block. */
function regularFile(path: string): { size: number } {
  const found = statSync(path);
  if (found.isDirectory()) throw new Error('it is a directory');
  if (!found.isFile()) throw new Error('it is not a regular file');
  return found;
}

/** Levels of nested brackets; settings need four. */
const DEEPEST = 50;

/** Whether many more brackets are opened than closed, or the other way round; what is a quote in YAML only YAML knows. Linear. */
function unbalanced(text: string): boolean {
  let level = 0;
  for (const [bracket] of text.matchAll(/[[{\]}]/g)) {
    level += bracket === '[' || bracket === '{' ? 1 : -1;
    if (Math.abs(level) > DEEPEST) return true;
  }
  return false;
}

/** Deep nesting makes the library very slow or overflows its stack. */
function parsed(text: string, lineCounter: LineCounter, path: string): ReturnType<typeof parseDocument> {
  try {
    if (unbalanced(text)) throw new Error(`nested more than ${DEEPEST} levels deep`);
    // So do long runs of carriage returns.
    return parseDocument(text.replace(/\r+\n?/g, '\n'), { lineCounter });
  } catch (error) {
    throw new SettingsError([`${path}: cannot be read as YAML (${errorMessage(error)})`]);
  }
}

function readText(path: string, optional: boolean): string | undefined {
  try {
    const { size } = regularFile(path);
    if (size > LARGEST) throw new Error(`${size} bytes, more than ${LARGEST}`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (optional && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SettingsError([`${path}: cannot be read (${(error as Error).message})`]);
  }
}

function valuesOf(document: ReturnType<typeof parseDocument>, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // An alias without its anchor, or one that would expand without bounds.
    throw new SettingsError([`${path}: ${(error as Error).message}`]);
  }
  if (value === null || value === undefined) return {};
  if (!isRecord(value)) throw new SettingsError([`${path}: must hold settings by name, such as "readonly: true"`]);
  return value;
}

/** Where the key (or list entry) is; undefined if the file does not contain it. */
function offsetOf(contents: unknown, path: SettingsPath): number | undefined {
  let node = contents;
  let offset: number | undefined;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair || !isScalar(pair.key)) return undefined;
      offset = pair.key.range?.[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (!isNode(node)) return undefined;
      offset = node.range?.[0];
    } else return offset;
  }
  return offset;
}

/**
 * DESKHAND_READONLY, DESKHAND_ASCII, DESKHAND_BACKGROUND, DESKHAND_SKIN, DESKHAND_AUDIT_DIR; the engine's own variables are read by the
 * engine's room.
 */
function fromEnvironment(env: SettingsSources['env']): Record<string, unknown> {
  const screen = {
    ascii: flag(env.DESKHAND_ASCII),
    background: env.DESKHAND_BACKGROUND,
    skin: env.DESKHAND_SKIN || undefined,
  };
  // A guard is lifted by whoever types a flag, never by an inherited variable: see readonly.ts.
  const readonly = environmentReadonly(env) || undefined;
  return { readonly, screen, audit: { directory: env.DESKHAND_AUDIT_DIR } };
}

/** What DESKHAND_READONLY says; undefined where it says nothing. */
export function environmentReadonly(env: SettingsSources['env']): boolean | undefined {
  return flag(env.DESKHAND_READONLY);
}

/** A terminal whose locale is not one of UTF-8 shows anything but ASCII as rubbish. */
function fromLocale(env: SettingsSources['env']): Record<string, unknown> {
  return isUtf8(env) ? {} : { screen: { ascii: true } };
}

function flag(value: string | undefined): boolean | undefined {
  return value === undefined || value === '' ? undefined : !/^(0|no|false|off)$/i.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Records are merged deeply; undefined changes nothing. */
function merge(base: Record<string, unknown>, over: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const before = result[key];
    result[key] = isRecord(value) ? merge(isRecord(before) ? before : {}, value) : value;
  }
  return result;
}
