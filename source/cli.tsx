import { join } from 'node:path';
import meow from 'meow';
import { AUDIT_FILE } from './actions/audit/file.ts';
import { serviceSettings } from './actions/targets.ts';
import { audit } from './commands/audit/command.ts';
import { check } from './commands/check/command.ts';
import { runConsole } from './commands/console/console.tsx';
import { demo, engineAnswers } from './commands/demo/command.ts';
import { doctor } from './commands/doctor/command.ts';
import { glance } from './commands/glance/command.ts';
import { endpointOf, settingsOf } from './commands/options.ts';
import { run } from './commands/run/command.ts';
import { actionFlags, actionFlagsHelp } from './commands/run/request.ts';
import { newsOnly } from './commands/run/text.ts';
import { themeOf } from './commands/theme.ts';
import { serviceName } from './desk/identity.ts';
import { createEngine } from './engine/api/client.ts';
import { EngineError } from './engine/engine.ts';
import { systemClock, wallTime } from './lib/clock.ts';
import { printable, safe } from './lib/text.ts';
import { actionSettings, auditOf, guardOf, stateDirectory } from './runtime/acting.ts';
import { SettingsError, settingsFile } from './settings/load.ts';

const HELP = `
  Usage
    $ deskhand                      the console on the Docker Engine
    $ deskhand demo                 the console on an embedded, simulated engine
    $ deskhand glance               the state of the desk as text; exit status 0 ok, 1 degraded, 2 down, 3 no engine
    $ deskhand run ACTION TARGET    one action with its plan, guards and audit, for scripts; nothing is done without --yes
    $ deskhand audit [verify]       the audit log; verify checks its chain of hashes
    $ deskhand check                posture: passwords, limits, ports, health checks, the host; for CI with --fail-on
    $ deskhand doctor               checks what the console needs

  Options
    -H, --host URL        engine to connect to, as "docker --host"
    -c, --context NAME    docker context to use
        --config FILE     settings (default ~/.config/deskhand/config.yaml)
        --readonly        refuse every action; :arm lifts it for a time

  Options of glance
        --project NAME    only this compose project or stack
        --json            a machine-readable report
        --line            one line, for tmux or a login message
        --quiet           only what is not well
        --watch           again and again; --every SECONDS apart (default 5)

  Options of run (deskhand run restart exness/redis, run scale trading/worker 3, run prune images)
        --yes             do it; without it the plan is printed
        --dry-run         print the plan, even with --yes
        --confirm NAME    the name to be typed for danger 3 and 4
        --reason TEXT     for the audit log
${actionFlagsHelp().join('\n')}
        --json            machine-readable; exit status 0 done and verified, 1 failed, 2 refused, 3 no engine

  Options of check
        --project NAME    only this compose project
        --fail-on LEVEL   high (default), medium, low or none: findings that make the exit status 1
        --baseline FILE   leave out the findings that were accepted with --write-baseline FILE
        --json, --sarif   machine-readable

  Options of audit
        --since TIME      30m, 2h, 7d or a date
        --json            the lines as they are stored

  Options of demo
        --incident NAME   play an incident; "deskhand demo --incident list" names them
        --containers N    add synthetic containers up to N
        --engine-only     the simulated engine without the console
        --socket PATH     where it listens
        --clock TIME      a clock that stands between keys: the same keys show the same screens

  Inside: ? shows the keys, ctrl-a the commands.
`;

const FLAG = { type: 'boolean' } as const;
const TEXT = { type: 'string' } as const;

const cli = meow(HELP, {
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
    every: { type: 'number' },
    yes: { type: 'boolean' },
    dryRun: { type: 'boolean' },
    confirm: { type: 'string' },
    reason: { type: 'string' },
    ...Object.fromEntries(actionFlags.map(({ name, kind }) => [name, kind === 'flag' ? FLAG : TEXT])),
    since: { type: 'string' },
    failOn: { type: 'string' },
    baseline: { type: 'string' },
    writeBaseline: { type: 'string' },
    sarif: { type: 'boolean' },
    incident: { type: 'string' },
    containers: { type: 'number' },
    engineOnly: { type: 'boolean' },
    socket: { type: 'string' },
    clock: { type: 'string' },
  },
  allowUnknownFlags: false,
});

const print = (text: string) => void process.stdout.write(printable(text));

/** Each command answers the exit status. */
const COMMANDS: Readonly<Record<string, () => Promise<number>>> = {
  async console() {
    const settings = settingsOf(cli.flags);
    const endpoint = () => endpointOf(settings);
    if (cli.flags.orDemo && !(await engineAnswers(endpoint))) return demo(cli.flags, settings, print);
    return runConsole({ endpoint: endpoint(), settings });
  },
  demo: () => demo(cli.flags, settingsOf(cli.flags), print),
  async glance() {
    const settings = settingsOf(cli.flags);
    const engine = createEngine(endpointOf(settings));
    const { inkTable } = await import('./ui/ink-table.tsx');
    const columns = process.stdout.columns ?? 120;
    const deps = {
      engine,
      clock: systemClock,
      // Its boxes are Unicode; lines serve as well.
      table: settings.screen.ascii ? undefined : (rows: readonly Record<string, string>[]) => inkTable(rows, columns),
      theme: themeOf(settings),
      columns: process.stdout.columns,
      print,
      signal: interrupted(),
    };
    return glance(cli.flags, deps).finally(() => engine.close());
  },
  async run() {
    const settings = settingsOf(cli.flags);
    const endpoint = endpointOf(settings);
    const engine = createEngine(endpoint);
    const deps = {
      engine,
      clock: systemClock,
      settings: actionSettings(settings),
      // Outside the console no metric is followed: a condition on one is not known to hold.
      guard: () => guardOf(settings, endpoint.context, wallTime(systemClock), () => undefined),
      audit: auditOf(settings, process.env, systemClock),
      print,
      progress: newsOnly((text) => void process.stderr.write(printable(`${text}\n`))),
      signal: interrupted(),
    };
    const given = Object.fromEntries(actionFlags.map(({ name }) => [name, flagOf(cli.flags[name])]));
    return run(cli.input.slice(1), cli.flags, deps, given).finally(() => engine.close());
  },
  async audit() {
    const path = join(stateDirectory(settingsOf(cli.flags), process.env), AUDIT_FILE);
    return audit(cli.input.slice(1), cli.flags, { path, now: wallTime(systemClock), print });
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
      print,
      printError: (text: string) => void process.stderr.write(text),
      signal: interrupted(),
    };
    return check(cli.flags, deps).finally(() => engine.close());
  },
  async doctor() {
    const settings = settingsOf(cli.flags);
    const settingsPath = cli.flags.config ?? settingsFile(process.env);
    return doctor({
      endpoint: () => endpointOf(settings),
      auditDirectory: stateDirectory(settings, process.env),
      settingsPath,
      env: process.env,
      theme: themeOf(settings),
      print,
    });
  },
};

function flagOf(value: unknown): string | boolean | undefined {
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}

/** Aborts on ctrl-c: what runs ends between two steps and says what it did. */
function interrupted(): AbortSignal {
  const ending = new AbortController();
  process.once('SIGINT', () => ending.abort());
  return ending.signal;
}

async function main(): Promise<number> {
  const [name = 'console'] = cli.input;
  const command = COMMANDS[name];
  if (command) return command();
  process.stderr.write(`There is no command "${safe(name)}". "deskhand --help" lists them.\n`);
  return 2;
}

function fail(error: unknown): never {
  const known = error instanceof SettingsError || error instanceof EngineError;
  const text = error instanceof Error ? (known ? error.message : error.stack) : String(error);
  process.stderr.write(
    `deskhand: ${printable(text ?? '')}\n${error instanceof EngineError ? `${error.advice}\n` : ''}`,
  );
  process.exit(error instanceof EngineError ? 3 : 1);
}

main().then((code) => process.exit(code), fail);
