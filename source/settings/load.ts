import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseDocument } from 'yaml';
import { type Settings, SettingsSchema } from './schema.ts';

/** What is wrong with the settings, each problem with the place it stands at. */
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

/** Defaults < file < environment < flags. Throws a SettingsError that lists every problem at once. */
export function loadSettings({ env, flags, file }: SettingsSources): Settings {
  const path = file ?? env.DESKHAND_CONFIG ?? settingsFile(env);
  const optional = file === undefined && env.DESKHAND_CONFIG === undefined;
  const merged = [readSettings(path, optional), fromEnvironment(env), flags].reduce<Record<string, unknown>>(
    (all, part) => merge(all, part),
    {},
  );
  const result = v.safeParse(SettingsSchema, merged);
  if (result.success) return result.output;
  throw new SettingsError(
    result.issues.map(
      (issue) => `${v.getDotPath(issue) ?? 'settings'}: ${issueText(issue)} (${path}, environment or flags)`,
    ),
  );
}

function issueText(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'there is no such setting';
  return issue.message.replace(/^Invalid \w+: /, '').replace(/^Expected/, 'expected');
}

function readSettings(path: string, optional: boolean): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (optional && (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new SettingsError([`${path}: cannot be read (${(error as Error).message})`]);
  }
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new SettingsError(document.errors.map((error) => `${path}: ${error.message.split('\n')[0]}`));
  const value: unknown = document.toJS();
  if (value === null || value === undefined) return {};
  if (!isRecord(value)) throw new SettingsError([`${path}: must hold settings by name, such as "readonly: true"`]);
  return value;
}

/** DESKHAND_READONLY, DESKHAND_ASCII, DESKHAND_BACKGROUND, DESKHAND_AUDIT_DIR; the engine's own variables are read by the engine's room. */
function fromEnvironment(env: SettingsSources['env']): Record<string, unknown> {
  const screen = { ascii: flag(env.DESKHAND_ASCII), background: env.DESKHAND_BACKGROUND };
  return { readonly: flag(env.DESKHAND_READONLY), screen, audit: { directory: env.DESKHAND_AUDIT_DIR } };
}

function flag(value: string | undefined): boolean | undefined {
  return value === undefined || value === '' ? undefined : !/^(0|no|false|off)$/i.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deep for records; undefined says nothing. */
function merge(base: Record<string, unknown>, over: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const before = result[key];
    const next = isRecord(value) ? merge(isRecord(before) ? before : {}, value) : value;
    if (isRecord(next) && Object.keys(next).length === 0 && before === undefined) continue;
    result[key] = next;
  }
  return result;
}
