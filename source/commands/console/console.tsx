import module from 'node:module';
import { render } from 'ink';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { ConsoleRoot, type ConsoleRootProps } from '../../panes/console/ConsoleRoot.tsx';
import type { AppServices } from '../../panes/shared/services.ts';
import { leaveIsolatedCpus } from '../../runtime/affinity.ts';
import type { Measure } from '../../runtime/cost.ts';
import type { ReadSettings, SettingsSource } from '../../runtime/live-settings.ts';
import { createRuntime } from '../../runtime/runtime.ts';
import { troubleLines } from '../../runtime/settings-trouble.ts';
import { watchSettings } from '../../runtime/watch-settings.ts';
import { boundYoungGeneration } from '../../runtime/young-generation.ts';
import { type SettingsDocument, SettingsError } from '../../settings/load.ts';
import type { Settings } from '../../settings/schema.ts';
import { readKeys } from '../../ui/input/key-reader.ts';
import { themeOf } from '../theme.ts';
import { survive } from './survive.ts';
import {
  asksBackground,
  BACKGROUND_QUERY,
  endConsole,
  guardTerminal,
  REPORTS_OFF,
  terminalTrouble,
} from './terminal.ts';

export type ConsoleOptions = {
  endpoint: Endpoint;
  settings: Settings;
  document?: SettingsDocument;
  /** Reads the settings again, as they were read for this console; absent: they stay. */
  read?: ReadSettings;
  /** Begins with the table of all hosts. */
  fleet?: boolean;
  incident?: AppServices['incident'];
  /** A command to begin with, as typed after `:`. */
  command?: string;
  /** Default: that of this process. */
  env?: NodeJS.ProcessEnv;
  /** Default: the machine's own clock, and what this process costs. */
  clock?: Clock;
  measure?: Measure;
};

/** How long the first frame waits for the first list (ms). */
const FIRST_LIST_MS = 150;

/** An empty frame first would only delay the names. The timer also keeps the program alive while nothing else does. */
async function somethingToShow(store: AppServices['store']): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = store.subscribe(() => {
    if (store.seen().lastUpdateAt !== undefined) resolve();
  });
  const timer = setTimeout(resolve, FIRST_LIST_MS);
  await promise;
  clearTimeout(timer);
  end();
}

/** Runs the console until it is quit; returns the exit code. */
export async function runConsole(options: ConsoleOptions): Promise<number> {
  const {
    endpoint,
    settings,
    document,
    fleet = false,
    incident,
    command,
    clock = systemClock,
    env = process.env,
  } = options;
  const trouble = terminalTrouble();
  if (trouble !== undefined) {
    process.stderr.write(`${trouble}\n`);
    return 2;
  }
  const theme: ConsoleRootProps['theme'] = (at, context, background) =>
    themeOf(at, { context, background, file: document?.path });
  // Problems are reported before the screen is taken over.
  checked(settings, document, theme);
  const write = (sequence: string) => void process.stdout.write(sequence);
  const runtime = createRuntime({
    endpoint,
    settings,
    document,
    source: sourceOf(options, (read) => checked(read.settings, read.document, theme)),
    clock,
    env,
    incident,
    measure: options.measure,
    write,
    quit: () => endConsole(instance),
  });
  const keys = readKeys(process.stdin, clock, settings.screen.escapePause, write, settings.screen.mouse);
  keys.listen(() => runtime.touched());
  keys.onFocus((has) => runtime.focused(has));
  // Ink sets it after the first frame only: until then ctrl-c would be a signal.
  process.stdin.setRawMode(true);
  await somethingToShow(runtime.store);
  write(REPORTS_OFF);
  const instance = render(
    <ConsoleRoot services={runtime} theme={theme} reader={keys} fleet={fleet} command={command?.replace(/^:/, '')} />,
    // Ink's own throttle makes a key wait behind data; the store already limits how often data is drawn.
    {
      stdin: keys.stdin,
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: 1000,
      exitOnCtrlC: false,
      patchConsole: false,
      interactive: true,
    },
  );
  if (!settings.budget.isolated)
    leaveIsolatedCpus().catch((error) => runtime.messages.report('the isolated CPUs could not be left', error));
  // Its answer is a report, never keys; until it comes, if ever, the terminal counts as dark.
  if (asksBackground(settings, env)) write(BACKGROUND_QUERY);
  const terminal = guardTerminal(instance);
  const unguard = survive(runtime.messages, () => endConsole(instance));
  const cancel = boundYoungGeneration(clock);
  setImmediate(() => module.flushCompileCache?.());
  let why = 'an error inside deskhand';
  try {
    await Promise.race([instance.waitUntilExit(), terminal.lost]);
    why = terminal.why() ?? 'deskhand was quit';
  } finally {
    cancel();
    terminal.restore();
    await runtime.close(why);
    unguard();
  }
  return terminal.code() ?? 0;
}

/** Throws a SettingsError for bindings, tables and skins that do not exist. */
function checked(settings: Settings, document: SettingsDocument | undefined, theme: ConsoleRootProps['theme']): void {
  const problems = troubleLines(settings, document);
  if (problems.length > 0) throw new SettingsError(problems);
  for (const context of [undefined, ...Object.keys(settings.contexts)]) theme(settings, context, undefined);
}

function sourceOf(
  { read, document }: ConsoleOptions,
  check: (read: ReturnType<ReadSettings>) => void,
): SettingsSource | undefined {
  if (!read || !document) return undefined;
  return {
    read() {
      const found = read();
      check(found);
      return found;
    },
    watch: (changed) => watchSettings(document.path, changed),
  };
}
