import { homedir } from 'node:os';
import { join } from 'node:path';
import meow from 'meow';
import { AUDIT_FILE } from './actions/audit/file.ts';
import { headFile } from './actions/audit/head.ts';
import type { ReadMetric } from './actions/condition.ts';
import { serviceSettings } from './actions/marks.ts';
import { audit } from './commands/audit/command.ts';
import { backups } from './commands/backups/command.ts';
import { check } from './commands/check/command.ts';
import { commandHelps, EXIT, helpAsked, parseCount, parseEvery, usageTrouble } from './commands/command-line.ts';
import { runConsole } from './commands/console/console.tsx';
import { type DemoFlags, demo, engineAnswers } from './commands/demo/command.ts';
import { doctor } from './commands/doctor/command.ts';
import { glance } from './commands/glance/command.ts';
import { endpointOf, examinedSettings, settingsOf } from './commands/options.ts';
import { run } from './commands/run/command.ts';
import { actionFlags, actionFlagsHelp } from './commands/run/request.ts';
import { newsOnly } from './commands/run/text.ts';
import { endBySignals } from './commands/signals.ts';
import { themeOf } from './commands/theme.ts';
import { serviceName } from './desk/identity.ts';
import type { DeskState } from './desk/state.ts';
import { createEngine } from './engine/api/client.ts';
import { listContexts } from './engine/connect/contexts.ts';
import { EngineError } from './engine/engine.ts';
import { systemClock, wallTime } from './lib/clock.ts';
import { errorMessage } from './lib/error.ts';
import { printable } from './lib/text.ts';
import {
  actionSettings,
  auditOf,
  backupDirectory,
  guardOf,
  heldInMemory,
  isReadonly,
  stateDirectory,
  toolsOf,
} from './runtime/acting.ts';
import { alertsNow } from './runtime/alerts-now.ts';
import { readConditionMetrics } from './runtime/condition-metrics.ts';
import { readDocument, SettingsError } from './settings/load.ts';
import type { Settings } from './settings/schema.ts';
import { asciiRow } from './ui/ascii.ts';

const helps = commandHelps(
  actionFlags.map(({ name }) => name),
  actionFlagsHelp(),
);

const FLAG = { type: 'boolean' } as const;
const TEXT = { type: 'string' } as const;

const cli = orUsageError(() =>
  meow('', {
    // Who asks for help or the version gets it first; see main.
    autoHelp: false,
    autoVersion: false,
    // The bundle is CommonJS: only the url of the module is known there, and only that is needed.
    importMeta: { url: import.meta.url } as ImportMeta,
    // A flag that is not given says nothing: it must not stand above what environment and file say.
    booleanDefault: undefined,
    flags: {
      host: { type: 'string', shortFlag: 'H' },
      context: { type: 'string', shortFlag: 'c' },
      config: { type: 'string' },
      readonly: { type: 'boolean' },
      orDemo: { type: 'boolean' },
      project: { type: 'string' },
      json: { type: 'boolean' },
      line: { type: 'boolean' },
      quiet: { type: 'boolean' },
      watch: { type: 'boolean' },
      every: { type: 'string' },
      yes: { type: 'boolean' },
      dryRun: { type: 'boolean' },
      confirm: { type: 'string' },
      reason: { type: 'string' },
      ...Object.fromEntries(actionFlags.map(({ name, kind }) => [name, kind === 'flag' ? FLAG : TEXT])),
      since: { type: 'string' },
      head: { type: 'string' },
      from: { type: 'string' },
      verify: { type: 'boolean' },
      failOn: { type: 'string' },
      baseline: { type: 'string' },
      writeBaseline: { type: 'string' },
      sarif: { type: 'boolean' },
      incident: { type: 'string' },
      containers: { type: 'string' },
      engineOnly: { type: 'boolean' },
      socket: { type: 'string' },
      clock: { type: 'string' },
    },
    // Unknown ones are refused in our own words, and with the exit status of usage errors.
    allowUnknownFlags: true,
  }),
);

/** meow refuses some of what is given, such as a flag that is given twice, by throwing. */
function orUsageError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    process.stderr.write(`deskhand: ${errorMessage(error)}\n`);
    process.exit(2);
  }
}

const print = (text: string) => void process.stdout.write(printable(text));

/** In ASCII where the settings want that; JSON is for programs. */
function printing({ screen }: Settings): typeof print {
  return screen.ascii && cli.flags.json !== true ? (text) => print(asciiRow(text)) : print;
}

/** Each command answers the exit status. */
const COMMANDS: Readonly<Record<string, () => Promise<number>>> = {
  async console() {
    const settings = settingsOf(cli.flags);
    const endpoint = () => endpointOf(settings);
    if (cli.flags.orDemo && !(await engineAnswers(endpoint))) return demo(demoFlags(), settings, print);
    return runConsole({
      endpoint: endpoint(),
      settings,
      document: readDocument({ env: process.env, file: cli.flags.config }),
    });
  },
  demo: () => demo(demoFlags(), settingsOf(cli.flags), print),
  async glance() {
    const settings = settingsOf(cli.flags);
    const endpoint = endpointOf(settings);
    const engine = createEngine(endpoint);
    const { inkTable } = await import('./ui/ink-table.tsx');
    const columns = process.stdout.columns ?? 120;
    const deps = {
      engine,
      clock: systemClock,
      // Its boxes are Unicode; lines serve as well.
      table: settings.screen.ascii ? undefined : (rows: readonly Record<string, string>[]) => inkTable(rows, columns),
      theme: themeOf(settings),
      columns: process.stdout.columns,
      print: printing(settings),
      held: heldInMemory(settings),
      alerts: (state: DeskState) => alertsNow(state, settings, endpoint),
      signal: interrupted(),
    };
    const everyMs = numberOf(cli.flags.every, parseEvery);
    return glance({ ...cli.flags, everyMs }, deps).finally(() => engine.close());
  },
  async run() {
    const settings = settingsOf(cli.flags);
    const endpoint = endpointOf(settings);
    const engine = createEngine(endpoint);
    const deps = {
      engine,
      tools: toolsOf(endpoint, process.env, settings, systemClock),
      clock: systemClock,
      settings: actionSettings(settings),
      guard: (metric: ReadMetric) =>
        guardOf(settings, isReadonly(settings, endpoint, process.env), wallTime(systemClock), metric),
      metrics: (state: DeskState) =>
        readConditionMetrics(state, { settings, endpoint, engine, clock: systemClock, signal: interrupted() }),
      audit: auditOf(settings, process.env, systemClock),
      print: printing(settings),
      progress: newsOnly((text) => void process.stderr.write(printable(`${text}\n`))),
      ...endBySignals(systemClock),
    };
    const given = Object.fromEntries(actionFlags.map(({ name }) => [name, flagOf(cli.flags[name])]));
    return run(cli.input.slice(1), cli.flags, deps, given).finally(() => engine.close());
  },
  async audit() {
    const path = join(stateDirectory(settingsOf(cli.flags), process.env), AUDIT_FILE);
    return audit(cli.input.slice(1), cli.flags, {
      path,
      headFile: headFile(process.env),
      now: wallTime(systemClock),
      print,
    });
  },
  async backups() {
    const settings = settingsOf(cli.flags);
    const directory = backupDirectory(settings, process.env);
    return backups(cli.flags, { directory, now: wallTime(systemClock), print, signal: interrupted() });
  },
  async check() {
    const settings = settingsOf(cli.flags);
    const endpoint = endpointOf(settings);
    const engine = createEngine(endpoint);
    const services = actionSettings(settings);
    const deps = {
      engine,
      endpoint,
      clock: systemClock,
      hints: ({ name, project }: { name: string; project?: string }) =>
        serviceSettings(services, [...new Set([name, serviceName({ name, project })])]),
      theme: themeOf(settings),
      version: cli.pkg.version ?? '',
      print: printing(settings),
      printError: (text: string) => void process.stderr.write(printable(text)),
      signal: interrupted(),
    };
    return check(cli.flags, deps).finally(() => engine.close());
  },
  async doctor() {
    const { settings, document, problems } = examinedSettings(cli.flags);
    return doctor({
      endpoint: () => endpointOf(settings),
      auditDirectory: stateDirectory(settings, process.env),
      settings,
      document,
      problems,
      contexts: listContexts({ env: process.env, home: homedir() }).map(({ name }) => name),
      clock: systemClock,
      env: process.env,
      theme: themeOf(settings),
      print: printing(settings),
    });
  },
};

/** More synthetic containers than the simulated engine has ever been tried with are a slip of the finger. */
const MOST_CONTAINERS = 100_000;

function demoFlags(): DemoFlags {
  const containers = numberOf(cli.flags.containers, (text) => parseCount('containers', text, MOST_CONTAINERS));
  return { ...cli.flags, containers };
}

function flagOf(value: unknown): string | boolean | undefined {
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}

/** Aborts on ctrl-c: what runs ends between two steps and says what it did. */
function interrupted(): AbortSignal {
  return endBySignals(systemClock).signal;
}

async function main(): Promise<number> {
  const asked = helpAsked(process.argv.slice(2), helps, cli.pkg.version ?? '');
  if (asked !== undefined) {
    process.stdout.write(asked);
    return 0;
  }
  const trouble = usageTrouble(helps, cli.input, cli.flags);
  if (trouble !== undefined) throw new UsageError(trouble);
  const [name = 'console'] = cli.input;
  return COMMANDS[name]?.() ?? EXIT.usage;
}

/** A command line that makes no sense; the message says what would. */
class UsageError extends Error {}

/** The value of a flag that holds a number or a time; undefined where it is not given. */
function numberOf(text: string | undefined, read: (text: string) => number | string): number | undefined {
  if (text === undefined) return undefined;
  const value = read(text);
  if (typeof value === 'string') throw new UsageError(value);
  return value;
}

function fail(error: unknown): never {
  const { status, text } = explained(error);
  process.stderr.write(`deskhand: ${printable(text)}\n`);
  process.exit(status);
}

function explained(error: unknown): { status: number; text: string } {
  if (error instanceof UsageError) return { status: EXIT.usage, text: error.message };
  if (error instanceof SettingsError) return { status: EXIT.settings, text: error.message };
  if (error instanceof EngineError) return { status: 3, text: `${error.message}\n${error.advice}` };
  return { status: EXIT.internal, text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

main().then((code) => process.exit(code), fail);
