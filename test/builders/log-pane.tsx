import type { Dependency } from '../../source/desk/model.ts';
import type { ContainerFacts } from '../../source/engine/facts.ts';
import type { LogRange } from '../../source/engine/logs/range.ts';
import { containerId } from '../../source/lib/ids.ts';
import type { LogFilter } from '../../source/logs/filter.ts';
import { LogStore } from '../../source/logs/log-store.ts';
import { logKeys } from '../../source/panes/logs/keys.ts';
import { LogsPane } from '../../source/panes/logs/LogsPane.tsx';
import { type Controls, ControlsContext } from '../../source/panes/shared/console-context.ts';
import { type AppServices, ServicesContext } from '../../source/panes/shared/services.ts';
import type { View } from '../../source/panes/shared/views.ts';
import type { CellContext } from '../../source/resources/resource.ts';
import { loadSettings } from '../../source/settings/load.ts';
import type { Settings } from '../../source/settings/schema.ts';
import { KeyRouter } from '../../source/ui/key-router.ts';
import { KeyContext, KeyInput } from '../../source/ui/use-keys.ts';
import { type FakeClock, fakeClock } from '../fake-clock.ts';
import { type Rendered, renderAt } from '../harness/render.tsx';
import { deskOf, service } from './desk.ts';
import { container } from './facts.ts';
import { type FakeLog, fakeLog } from './fake-log.ts';
import { only } from './only.ts';

export type FakePaneOptions = {
  columns?: number;
  rows?: number;
  replicas?: number;
  moment?: number;
  market?: readonly { timeZone: string }[];
  /** A service that redis depends on. */
  needs?: string;
  logs?: Partial<Settings['logs']>;
  /** Of every container. */
  state?: ContainerFacts['state'];
};

/** The logs pane of a service `exness/redis` whose containers share one log in memory, in a terminal, under a clock that stands still. */
export class FakePane {
  readonly clock: FakeClock = fakeClock();
  readonly log: FakeLog = fakeLog();
  readonly copied: string[] = [];
  readonly saved: (string | AsyncIterable<string>)[] = [];
  readonly flashed: string[] = [];
  readonly opened: View[] = [];
  readonly #commands = new Map<string, (argument: string) => void>();
  #screen?: Rendered;
  #typeFilter: (text: string) => void = () => {};

  get screen(): Rendered {
    if (!this.#screen) throw new Error('the pane is not open');
    return this.#screen;
  }

  /** Nanoseconds since the epoch, `ms` from now. */
  at(ms: number): bigint {
    return BigInt(this.clock.now() + ms) * 1_000_000n;
  }

  /** Lines that follow each other by a millisecond. */
  write(...texts: string[]): void {
    this.log.write(...texts.map((text, i) => ({ nanos: this.at(i), text })));
  }

  async open({
    columns = 80,
    rows = 14,
    replicas = 1,
    moment,
    market = [],
    state,
    needs,
    logs = {},
  }: FakePaneOptions = {}) {
    const containers = Array.from({ length: replicas }, (_, i) =>
      container(`exness-redis-${i + 1}`, { id: containerId(`c${i + 1}`), created: i, ...(state && { state }) }),
    );
    const needed = needs === undefined ? [] : [service('exness', needs)];
    const dependsOn = needed.map(
      ({ name }): Dependency => ({ service: name, condition: 'service_started', signal: 'depends_on' }),
    );
    const { desk, state: known } = deskOf([service('exness', 'redis', { containers, dependsOn }), ...needed]);
    const connection = { state: 'ready', since: 0 } as const;
    const world: CellContext = { desk, state: { ...known, now: this.clock.now(), connection }, glyph: () => '' };
    const hours = { name: 'market', days: [], open: '09:30', close: '16:00' };
    const defaults = loadSettings({ env: {}, flags: {}, file: undefined });
    const settings: Settings = {
      ...defaults,
      logs: { ...defaults.logs, ...logs },
      market: market.map((zone) => ({ ...hours, ...zone })),
    };
    const host = only<AppServices>({
      clock: this.clock,
      settings,
      endpoint: () => 'unix:///test',
      readonly: () => false,
      openLogs: (range: LogRange, only?: LogFilter) =>
        new LogStore(this.log, this.clock, {
          range,
          only,
          limitBytes: settings.logs.buffer * 1024 * 1024,
          everyMs: 1000 / settings.screen.frames,
        }),
    });
    this.#screen = await renderAt(columns, rows, (reader) => (
      <ServicesContext value={host}>
        <KeyContext value={{ router: new KeyRouter(), bound: new Map([[logKeys.name, logKeys]]), reader }}>
          <ControlsContext value={this.#controls()}>
            <KeyInput />
            <LogsPane service={desk.services[0]} world={world} width={columns} height={rows} moment={moment} focused />
          </ControlsContext>
        </KeyContext>
      </ServicesContext>
    ));
    await this.passed(1500);
  }

  /** Lets time pass and the frame come. */
  async passed(ms = 300): Promise<void> {
    await this.clock.advance(ms);
    await this.screen.settled();
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.screen.press(key);
      await this.passed();
    }
  }

  /** Runs a command of the pane, as typed behind a colon. */
  async command(name: string, argument = ''): Promise<void> {
    this.#commands.get(name)?.(argument);
    await this.passed();
  }

  /** Types into the filter's prompt, which the console around the pane would draw. */
  async type(filter: string): Promise<void> {
    this.#typeFilter(filter);
    await this.passed();
  }

  /** The rows of lines, without frame and indicators, and without the local times that stand before them at first. */
  lines(): string[] {
    return this.timed().map((row) => row.replace(/^([▸*:]?) ?\d\d:\d\d:\d\d\.\d{3} /, '$1'));
  }

  /** The rows of lines as they are. */
  timed(): string[] {
    const rows = this.screen.text().split('\n').slice(2, -1);
    return rows.map((row) => row.replace(/^│ ?|│$/g, '').trimEnd()).filter(Boolean);
  }

  /** The line under the cursor. */
  cursor(): string | undefined {
    return this.lines().find((row) => row.startsWith('▸'));
  }

  /** Title and indicators. */
  head(): string {
    return this.screen.text().split('\n').slice(0, 2).join('\n');
  }

  close(): Promise<void> | undefined {
    return this.#screen?.unmount();
  }

  #controls(): Controls {
    return only<Controls>({
      copy: (text) => void this.copied.push(text),
      save: (_name, text) => void this.saved.push(text),
      flash: (_tone, text) => void this.flashed.push(text),
      open: (view) => void this.opened.push(view),
      provide: (name, run) => {
        this.#commands.set(name, run);
        return () => void this.#commands.delete(name);
      },
      search: (accept) => {
        this.#typeFilter = accept;
      },
      filter: (_before, change) => {
        this.#typeFilter = change;
      },
    });
  }
}
