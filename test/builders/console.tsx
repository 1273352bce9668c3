import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'valibot';
import { readLines } from '../../source/actions/audit/chain.ts';
import { AUDIT_FILE, readAudit } from '../../source/actions/audit/file.ts';
import type { AuditLine } from '../../source/actions/audit/record.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import { ConsoleRoot } from '../../source/panes/console/ConsoleRoot.tsx';
import type { SettingsSource } from '../../source/runtime/live-settings.ts';
import { createRuntime } from '../../source/runtime/runtime.ts';
import { SettingsSchema } from '../../source/settings/schema.ts';
import { type HeldClock, heldClock } from '../../source/simulator/held-clock.ts';
import { incidentNames, type Simulator, startSimulator } from '../../source/simulator/simulator.ts';
import { createTheme } from '../../source/ui/theme.ts';
import { lineOf } from '../harness/keys.ts';
import { type Rendered, renderAt } from '../harness/render.tsx';
import { type Rewrite, rewritingProxy } from '../harness/rewriting-proxy.ts';

export type MountOptions = {
  /** Of the simulated engine; it has begun two and a half minutes ago. */
  incident?: string;
  /** As in a settings file. */
  settings?: object;
  /** Where settings are read again. */
  source?: SettingsSource;
  /** What becomes of the engine's answers on their way. */
  rewrite?: Rewrite;
  /** Files in its state directory, by name: what an earlier console of this engine has left. */
  left?: (engine: string) => Readonly<Record<string, string>>;
  /** Default 160 by 50. */
  columns?: number;
  rows?: number;
};

/** A whole console in an emulated terminal, on a simulated engine of its own; both live by one clock that is held. */
export type MountedConsole = Pick<Rendered, 'text' | 'cells' | 'resize' | 'written'> & {
  /** Where it saves and records. */
  home: string;
  /** Sequences that it sent to the terminal beside its frames: copies, bells. */
  sent(): string;
  simulator: Simulator;
  /** What the console has recorded, oldest first. */
  audit(): Promise<readonly AuditLine[]>;
  /** Timers of console and engine that are set. */
  timers(): number;
  /** Lets time go by (ms); the screen is up to date afterwards. */
  pass(ms: number): Promise<void>;
  /** Each key by itself, and a second after it. */
  press(...keys: string[]): Promise<void>;
  /** The bytes in one read, the line break at their end in another one a little later; no time passes. */
  write(text: string): void;
  /** The same, and a second after it. */
  type(text: string): Promise<void>;
  /** Lets time go by until the screen shows it, a minute of the held clock at most; returns the screen. */
  shows(expected: string | RegExp | ((screen: string) => boolean), withinMs?: number): Promise<string>;
  close(): Promise<void>;
};

const START = Date.UTC(2026, 10, 20, 9, 15);

/** Starts engine and console; `close` ends both. */
export async function mountConsole(options: MountOptions = {}): Promise<MountedConsole> {
  const { incident, settings = {}, source, rewrite, left, columns = 160, rows = 50 } = options;
  const home = mkdtempSync(join(tmpdir(), 'deskhand-console-'));
  const env = { HOME: home, XDG_STATE_HOME: home, LANG: 'C.UTF-8' };
  const parsed = parse(SettingsSchema, { audit: { directory: home }, ...settings });
  const clock = heldClock(START);
  const simulator = await startSimulator({ clock, incident });
  const proxy = rewrite && (await rewritingProxy(simulator.socketPath, home, rewrite));
  const socketPath = proxy?.socketPath ?? simulator.socketPath;
  const endpoint = resolveEndpoint({ flags: { host: `unix://${socketPath}` }, env: {}, home });
  mkdirSync(join(home, 'deskhand'));
  for (const [name, text] of Object.entries(left?.(endpoint.name) ?? {}))
    writeFileSync(join(home, 'deskhand', name), text);
  let sent = '';
  const runtime = createRuntime({
    endpoint,
    settings: parsed,
    source,
    clock,
    env,
    incident: { names: Object.keys(incidentNames), play: async (name) => simulator.play(name) },
    write: (sequence) => {
      sent += sequence;
    },
    quit: () => {},
  });
  const theme = createTheme({ level: 3, ascii: false });
  const screen = await renderAt(
    columns,
    rows,
    (reader) => {
      reader.listen(() => runtime.touched());
      return <ConsoleRoot services={runtime} theme={() => theme} reader={reader} />;
    },
    clock,
    parsed.screen.mouse,
  );
  return {
    ...drive(screen, clock),
    simulator,
    home,
    sent: () => sent,
    audit: async () => readLines(await readAudit(join(home, AUDIT_FILE))).map(({ line }) => line),
    async close() {
      await screen.unmount();
      await runtime.close();
      await proxy?.close();
      await simulator.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const STEP_MS = 1000;

function drive(
  screen: Rendered,
  clock: HeldClock,
): Omit<MountedConsole, 'simulator' | 'home' | 'sent' | 'audit' | 'close'> {
  const pass = async (ms: number) => {
    await clock.pass(ms);
    await screen.settled();
  };
  const write = (text: string) => {
    const line = lineOf(text);
    screen.type(line ?? text);
    if (line !== undefined) clock.after(STEP_MS / 2, () => screen.type('\r'));
  };
  return {
    text: screen.text,
    cells: screen.cells,
    resize: screen.resize,
    written: screen.written,
    write,
    timers: clock.waiting,
    pass,
    async press(...keys) {
      for (const key of keys) {
        screen.press(key);
        await pass(STEP_MS);
      }
    },
    async type(text) {
      write(text);
      await pass(STEP_MS);
    },
    async shows(expected, withinMs = 60_000) {
      for (let passed = 0; !matches(screen.text(), expected); passed += STEP_MS) {
        if (passed >= withinMs)
          throw new Error(`${String(expected)} was not shown within ${withinMs} ms:\n${screen.text()}`);
        await pass(STEP_MS);
      }
      return screen.text();
    },
  };
}

function matches(screen: string, expected: string | RegExp | ((screen: string) => boolean)): boolean {
  if (typeof expected === 'function') return expected(screen);
  return typeof expected === 'string' ? screen.includes(expected) : screen.search(expected) >= 0;
}
