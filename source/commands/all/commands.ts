import { join } from 'node:path';
import { isSea } from 'node:sea';
import { AUDIT_FILE } from '../../actions/audit/file.ts';
import { headFile } from '../../actions/audit/head.ts';
import type { DeskState } from '../../desk/state.ts';
import { createEngine } from '../../engine/api/client.ts';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { systemClock, wallTime } from '../../lib/clock.ts';
import { printable } from '../../lib/text.ts';
import {
  allBackups,
  auditOf,
  backupPlaces,
  heldInMemory,
  pathsOf,
  stateDirectory,
  storeOf,
} from '../../runtime/acting.ts';
import { alertsNow } from '../../runtime/alerts-now.ts';
import { endpointNamed, hostNames } from '../../runtime/hosts.ts';
import { maintenanceNow } from '../../runtime/maintenance-watch.ts';
import { onEndpoint } from '../../runtime/on-endpoint.ts';
import { hintsOf } from '../../runtime/posture-now.ts';
import { probesNow } from '../../runtime/probes-now.ts';
import { scrapeOnce } from '../../runtime/scrape-once.ts';
import { readDocument, resolveSettings, settingsFile } from '../../settings/load.ts';
import { audit } from '../audit/command.ts';
import { backups } from '../backups/command.ts';
import { changes } from '../changes/command.ts';
import { check } from '../check/command.ts';
import { numberOf, parseCount, parseEvery, UsageError } from '../command-line.ts';
import { completionScript, SHELLS } from '../completion.ts';
import { openConsole } from '../console/open.ts';
import { demo, engineAnswers } from '../demo/command.ts';
import { doctor } from '../doctor/command.ts';
import { glance } from '../glance/command.ts';
import { glanceFleet } from '../glance/fleet.ts';
import type { CommandName, Helps } from '../helps.ts';
import { info } from '../info/command.ts';
import { init } from '../init/command.ts';
import { logs } from '../logs/command.ts';
import { logsOnHosts } from '../logs/hosts.ts';
import { manPage } from '../man.ts';
import { metrics } from '../metrics/command.ts';
import { endpointOf, fleetConsole, readAgain, settingsOf, sourcesOf } from '../options.ts';
import { parity } from '../parity/command.ts';
import { type RunDeps, run } from '../run/command.ts';
import { runOnHosts } from '../run/hosts.ts';
import { actionFlags, runnableNames } from '../run/request.ts';
import { newsOnly } from '../run/text.ts';
import { listServices } from '../services/command.ts';
import { endBySignals } from '../signals.ts';
import { themeOf } from '../theme.ts';
import {
  demoFlags,
  hostEngines,
  interrupted,
  MOST_HOSTS,
  onEngine,
  overFleet,
  print,
  printError,
  printing,
  talking,
} from './deps.ts';
import { flagKey, type GivenFlags } from './flags.ts';

type Invocation = { flags: GivenFlags; words: readonly string[]; version: string; helps: Helps };

/** The commands, for one invocation; each answers the exit status. */
export function commandsOf({
  flags,
  words,
  version,
  helps,
}: Invocation): Readonly<Record<CommandName, () => Promise<number>>> {
  return {
    async console() {
      const settings = settingsOf(flags);
      const endpoint = () => endpointOf(settings);
      const { fleet } = flags;
      if (flags.orDemo && !fleet && !(await engineAnswers(endpoint))) return demo(demoFlags(flags), settings, print);
      return openConsole({
        ...(fleet ? fleetConsole(settings, process.env) : { endpoint: endpoint(), settings }),
        fleet,
        ...readAgain(flags),
        command: flags.command,
      });
    },
    demo: () => demo(demoFlags(flags), settingsOf(flags), print),
    async glance() {
      const settings = settingsOf(flags);
      if (flags.fleet) {
        if (flags.project !== undefined) throw new UsageError('--project is for one engine, not for --fleet.');
        const everyMs = numberOf(flags.every, (text) => parseEvery(text));
        return glanceFleet({ ...flags, everyMs }, { ...overFleet(settings, flags), columns: process.stdout.columns });
      }
      const endpoint = endpointOf(settings);
      const engine = createEngine(endpoint);
      const { inkTable } = await import('../../ui/ink-table.tsx');
      const columns = process.stdout.columns ?? 120;
      const signal = interrupted();
      const deps = {
        engine,
        clock: systemClock,
        // Boxes are Unicode, and for a terminal: in a pipe or an ASCII terminal lines serve as well.
        table:
          settings.screen.ascii || !process.stdout.isTTY
            ? undefined
            : (rows: readonly Record<string, string>[]) => inkTable(rows, columns),
        theme: themeOf(settings),
        columns: process.stdout.columns,
        print: printing(settings, flags),
        held: heldInMemory(settings),
        alerts: (state: DeskState) => alertsNow(state, settings, endpoint),
        probes: (state: DeskState) => probesNow(state, { settings, endpoint, clock: systemClock, signal }),
        maintenance: () => maintenanceNow(stateDirectory(settings, process.env), engine.id, systemClock),
        signal,
      };
      const everyMs = numberOf(flags.every, (text) => parseEvery(text));
      return glance({ ...flags, everyMs }, deps).finally(() => engine.close());
    },
    async run() {
      const settings = settingsOf(flags);
      const given = Object.fromEntries(actionFlags.map(({ name }) => [name, flagOf(flags[flagKey(name)])]));
      const ending = endBySignals(systemClock);
      const audit = auditOf(settings, process.env, systemClock);
      const progress = newsOnly((text) => void process.stderr.write(printable(`${text}\n`)));
      const shared = { clock: systemClock, audit, print: printing(settings, flags), progress, ...ending };
      const on = <T>(endpoint: Endpoint, use: (deps: RunDeps) => Promise<T>) =>
        onEndpoint(endpoint, (deps) => use({ ...deps, print: shared.print }), {
          ...shared,
          settings,
          env: process.env,
        });
      const { hosts } = flags;
      if (hosts === undefined) {
        for (const flag of ['batch', 'most', 'soak'] as const)
          if (flags[flag] !== undefined) throw new UsageError(`--${flag} is for many hosts: name them with --hosts.`);
        return on(endpointOf(settings), (deps) => run(words, flags, deps, given));
      }
      const { look } = overFleet(settings, flags, ending.signal);
      const rollout = {
        ...flags,
        hosts,
        batch: numberOf(flags.batch, (text) => parseCount('batch', text, MOST_HOSTS)) || undefined,
        most: numberOf(flags.most, (text) => parseCount('most', text, MOST_HOSTS)),
        soakMs: numberOf(flags.soak, (text) => parseEvery(text, 'soak')),
      };
      const onHost = <T>(name: string, use: (deps: RunDeps) => Promise<T>) =>
        on(endpointNamed(name, settings, process.env), use);
      return runOnHosts(words, rollout, { ...shared, look, onHost }, given);
    },
    async audit() {
      const path = join(stateDirectory(settingsOf(flags), process.env), AUDIT_FILE);
      return audit(words, flags, {
        path,
        headFile: headFile(process.env),
        now: wallTime(systemClock),
        print,
      });
    },
    async backups() {
      const settings = settingsOf(flags);
      const places = backupPlaces(settings, process.env);
      const store = storeOf(settings, process.env);
      return backups(flags, { places, store, now: wallTime(systemClock), print, signal: interrupted() });
    },
    async check() {
      const settings = settingsOf(flags);
      const endpoint = endpointOf(settings);
      const engine = createEngine(endpoint);
      const deps = {
        engine,
        endpoint,
        clock: systemClock,
        hints: hintsOf(settings),
        backups: () => allBackups(settings, process.env),
        theme: themeOf(settings),
        version: version,
        print: printing(settings, flags),
        printError,
        signal: interrupted(),
      };
      return check(flags, deps).finally(() => engine.close());
    },
    async parity() {
      const settings = settingsOf(flags);
      return parity(flags, overFleet(settings, flags));
    },
    async services() {
      const settings = settingsOf(flags);
      return onEngine(settings, (engine) =>
        listServices(flags, {
          ...talking(settings, flags),
          engine,
          theme: themeOf(settings, { tty: false }),
          maintenance: () => maintenanceNow(stateDirectory(settings, process.env), engine.id, systemClock),
        }),
      );
    },
    async logs() {
      const settings = settingsOf(flags);
      const { hosts } = flags;
      const { server } = settings.logs;
      if (hosts === undefined)
        return onEngine(settings, (engine) => logs(words, flags, { ...talking(settings, flags), engine, server }));
      const fleet = hostEngines(settings);
      return logsOnHosts(words, { ...flags, hosts }, { ...talking(settings, flags), ...fleet, server }).finally(
        fleet.close,
      );
    },
    async metrics() {
      const settings = settingsOf(flags);
      return onEngine(settings, (engine, endpoint) => {
        const deps = talking(settings, flags);
        const scrape = (state: DeskState, containers: readonly ContainerFacts[]) =>
          scrapeOnce(state, { ...deps, settings, endpoint, engine }, containers);
        return metrics(words, flags, { ...deps, engine, scrape });
      });
    },
    async changes() {
      const settings = settingsOf(flags);
      return onEngine(settings, (engine) => changes(words, flags, { ...talking(settings, flags), engine }));
    },
    async mcp() {
      const { serve } = await import('../mcp/server.ts');
      return serve({ version, program: ownProgram(), flags: generalFlags(flags) });
    },
    async info() {
      const sources = sourcesOf(flags);
      const { settings, origin } = resolveSettings(sources);
      const { path } = readDocument(sources);
      const paths = pathsOf(settings, path, process.env);
      return info(flags, { version: version, paths, settings, origin, print });
    },
    async init() {
      const path = flags.config ?? process.env.DESKHAND_CONFIG ?? settingsFile(process.env);
      return init({ path, print, printError });
    },
    async completion() {
      const [shell] = words;
      const found = SHELLS.find((name) => name === shell);
      if (!found) throw new UsageError(`Name a shell: ${SHELLS.join(', ')}.`);
      print(completionScript(found, helps, runnableNames));
      return 0;
    },
    async man() {
      print(manPage(helps, version));
      return 0;
    },
    async doctor() {
      const { examinedSettings } = await import('../doctor/examined-settings.ts');
      const { settings, document, problems } = examinedSettings(flags);
      return doctor({
        endpoint: () => endpointOf(settings),
        auditDirectory: stateDirectory(settings, process.env),
        settings,
        document,
        problems,
        contexts: hostNames(settings, process.env),
        clock: systemClock,
        env: process.env,
        theme: themeOf(settings),
        print: printing(settings, flags),
      });
    },
  };
}

/** This program, for running a command of it: with its script, where it is not a single-file executable. */
function ownProgram(): [string, ...string[]] {
  return isSea() ? [process.execPath] : [process.execPath, process.argv[1] ?? ''];
}

/** The flags that say which engine and which settings are meant. */
function generalFlags({ host, context, config }: GivenFlags): string[] {
  return Object.entries({ host, context, config }).flatMap(([name, value]) => (value ? [`--${name}=${value}`] : []));
}

function flagOf(value: unknown): string | boolean | undefined {
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}
