import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeClock, fakeClock } from '../../../test/fake-clock.ts';
import { type Rendered, renderAt } from '../../../test/harness/render.tsx';
import type { Service } from '../../desk/model.ts';
import { EngineError } from '../../engine/engine.ts';
import { type FakeLog, fakeLog } from '../../engine/logs/fake-log.ts';
import type { World } from '../../resources/resource.ts';
import { loadSettings } from '../../settings/load.ts';
import { KeyRouter } from '../../ui/key-router.ts';
import { KeyContext, KeyInput } from '../../ui/use-keys.tsx';
import { type Controls, ControlsContext } from '../console/console-context.ts';
import { type Host, HostContext } from '../host.ts';
import { LogsPane } from './LogsPane.tsx';

let clock: FakeClock;
let log: FakeLog;
let screen: Rendered;
let copied: string[];
let saved: string[];
let flashed: string[];
/** Types into the filter's prompt, which the console around the pane would draw. */
let typeFilter: (text: string) => void;

const at = (ms: number) => BigInt(clock.now() + ms) * 1_000_000n;
const write = (...texts: string[]) => log.write(...texts.map((text, i) => ({ nanos: at(i), text })));

function fakeControls(): Controls {
  const unused = () => {
    throw new Error('the logs pane has no use for this');
  };
  const controls: Partial<Controls> = {
    copy: (text) => void copied.push(text),
    save: (_name, text) => void saved.push(text),
    flash: (_tone, text) => void flashed.push(text),
    filter(_before, change) {
      typeFilter = change;
    },
  };
  return new Proxy(controls as Controls, { get: (target, key) => Reflect.get(target, key) ?? unused });
}

type More = { replicas?: number; moment?: number; market?: readonly { timeZone: string }[] };

async function open(columns = 80, rows = 14, more: More = {}) {
  const containers = await Promise.all(
    Array.from({ length: more.replicas ?? 1 }, async (_, i) => ({
      ...(await fakeLog().container(`c${i + 1}`)),
      name: `exness-redis-${i + 1}`,
      created: i,
    })),
  );
  const service = { id: 'compose:exness/redis', name: 'redis', project: 'exness', containers } as unknown as Service;
  const world = {
    state: { now: clock.now(), connection: { state: 'ready', since: 0 } },
    desk: { services: [service] },
  } as unknown as World;
  const host = {
    clock,
    settings: { ...loadSettings({ env: {}, flags: {}, file: undefined }), market: more.market ?? [] },
    endpoint: () => 'unix:///test',
    engine: () => log,
  } as unknown as Host;
  screen = await renderAt(
    columns,
    rows,
    <HostContext value={host}>
      <KeyContext value={{ router: new KeyRouter(), bound: new Map() }}>
        <ControlsContext value={fakeControls()}>
          <KeyInput />
          <LogsPane service={service} world={world} width={columns} height={rows} moment={more.moment} focused />
        </ControlsContext>
      </KeyContext>
    </HostContext>,
  );
  await passed(1500);
}

/** Lets time pass and the frame come. */
async function passed(ms = 300) {
  await clock.advance(ms);
  await screen.settled();
}

async function press(...keys: string[]) {
  screen.press(...keys);
  await passed();
}

/** The rows of lines, without frame and indicators. */
const lines = () =>
  screen
    .text()
    .split('\n')
    .slice(2, -1)
    .map((row) => row.replace(/^│ ?|│$/g, '').trimEnd())
    .filter(Boolean);
const head = () => screen.text().split('\n').slice(0, 2).join('\n');

beforeEach(() => {
  clock = fakeClock();
  log = fakeLog();
  [copied, saved, flashed] = [[], [], []];
});

afterEach(() => screen.unmount());

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);

describe('LogsPane', () => {
  it('shows the newest lines and goes on with those that come', async () => {
    write(...numbered(0, 30));
    await open();
    expect(head()).toContain(' Logs(exness/redis)[tail] ');
    expect(lines()).toEqual(numbered(19, 30));
    write('fresh');
    await passed();
    expect(lines().at(-1)).toBe('fresh');
    expect(head()).toContain('autoscroll:on');
  });

  it('holds still while one reads further up', async () => {
    write(...numbered(0, 30));
    await open();
    await press('up', 'up');
    expect(head()).toContain('autoscroll:off');
    write(...numbered(30, 60));
    await passed();
    expect(lines().map((row) => row.replace('▸', ''))).toEqual(numbered(19, 30));
    expect(lines()[8]).toBe('▸line 27');
    await press('G');
    expect(lines().at(-1)).toBe('line 59');
  });

  it('filters while one types, and gives the filter up with esc', async () => {
    write(...numbered(0, 30));
    await open();
    await press('/');
    typeFilter('line 2');
    await passed();
    expect(lines()).toEqual(['line 2', ...numbered(20, 30)]);
    typeFilter('line 25');
    await passed();
    expect(lines()).toEqual(['line 25']);
    expect(head()).toContain('</line 25>');
    await press('>');
    expect(lines()).toEqual(['line 24', 'line 25', 'line 26']);
    // A lone escape could be the beginning of a sequence: Ink waits a little.
    screen.press('esc');
    await screen.waitFor('line 29');
    expect(lines().length).toBe(11);
  });

  it('says what is wrong with a filter, and shows all', async () => {
    write(...numbered(0, 3));
    await open();
    await press('/');
    typeFilter('a(');
    await passed();
    expect(head()).toContain('bad filter');
    expect(lines()).toEqual(numbered(0, 3));
  });

  it('jumps between errors, and between matches without hiding the rest', async () => {
    write('a', 'ERROR: one', ...numbered(0, 30), 'ERROR: two', 'b');
    await open();
    await press('E');
    expect(lines().find((row) => row.startsWith('▸'))).toBe('▸ERROR: two');
    await press('E');
    expect(lines().find((row) => row.startsWith('▸'))).toBe('▸ERROR: one');
    await press('/');
    typeFilter('/line 7');
    await press('n');
    expect(lines().find((row) => row.startsWith('▸'))).toBe('▸line 7');
    await press('n');
    expect(flashed).toEqual(['No later match.']);
  });

  it('copies the message under the cursor, what is marked, and saves what the filter leaves', async () => {
    write('before', 'Error: no', '    at main', 'after');
    await open();
    await press('up', 'c');
    expect(copied).toEqual(['Error: no\n    at main']);
    await press('m', 'down', 'm', 'c');
    expect(copied[1]).toBe('    at main\nafter');
    expect(head()).toContain('marks:2');
    await press('/');
    typeFilter('t');
    await press('ctrl-s');
    expect(saved[0]).toMatch(/^2026-11-20T09:15:00\.\d+Z {5}at main\n2026-11-20T09:15:00\.\d+Z after\n$/);
  });

  it('shows times, JSON as message and fields or raw, and wraps', async () => {
    write('{"level":50,"msg":"boom","code":7}', 'x'.repeat(100));
    await open();
    expect(lines()[0]).toBe('ERROR boom code=7');
    expect(lines()[1]).toMatch(/^x+…$/);
    await press('J', 't', 't', 'w');
    expect(lines()[0]).toBe('11-20 09:15:00.000Z {"level":50,"msg":"boom","code":7}');
    expect(
      lines()
        .slice(1)
        .join('')
        .replace(/\s|11-20 09:15:00.001Z/g, ''),
    ).toBe('x'.repeat(100));
    expect(lines().length).toBe(3);
    await press('J', 't', 't', 'w');
  });

  it('names the replicas in front of their lines', async () => {
    write('hello');
    await open(80, 14, { replicas: 2 });
    expect(lines()).toEqual(['redis-1 hello', 'redis-2 hello']);
  });

  it('lets no control sequence of a line through', async () => {
    write('\u001b]0;owned\u0007\u001b[2J\u001b[31mred\u001b[0m \u202eback');
    await open();
    expect(lines()).toEqual(['red back']);
    expect(screen.modes()).not.toContain('owned');
  });

  it('says why a log cannot be read', async () => {
    log.logs = async () => {
      throw new EngineError('engine-error', 'configured logging driver does not support reading');
    };
    await open();
    expect(lines().join(' ')).toContain('redis-1: its log cannot be read');
  });

  it('closes its streams when nobody looks', async () => {
    write('hello');
    await open();
    await screen.unmount();
    expect(log.queries.every(({ signal }) => signal?.aborted)).toBe(true);
  });

  it('turns to another part of the log with the keys of k9s', async () => {
    write(...numbered(0, 3));
    await open();
    await press('3');
    await passed(1000);
    expect(head()).toContain('[5m]');
    expect(log.queries.at(-2)?.since).toBeGreaterThan(clock.now() - 310_000);
    await press('1');
    await passed(1000);
    expect(head()).toContain('[head]');
    expect(lines()).toEqual(numbered(0, 3));
  });

  it('widens to the project and to everything, and says so when a range is empty', async () => {
    await open();
    expect(lines()).toEqual(['no lines yet']);
    await press('2');
    await passed(1000);
    expect(lines()).toEqual(['no lines in the last 1m: 0 shows the last ones there are']);
    await press('a');
    expect(head()).toContain(' Logs(exness/*)[1m] ');
    await press('a');
    expect(head()).toContain(' Logs(all)[1m] ');
    await press('a');
    expect(head()).toContain(' Logs(exness/redis)[1m] ');
  });

  it('tells the rate of the lines from the first look on', async () => {
    log.write(...Array.from({ length: 60 }, (_, i) => ({ nanos: at((i - 60) * 1000), text: `tick ${i}` })));
    await open();
    expect(head()).toMatch(/ (0\.8|0\.9|1)\/s/);
  });

  it('tells the rate, the errors and the silence of every source', async () => {
    log.write(...Array.from({ length: 60 }, (_, i) => ({ nanos: at((i - 120) * 1000), text: `tick ${i}` })));
    await open(80, 14, { replicas: 2 });
    await press('i');
    expect(lines().slice(0, 2)).toEqual(['redis-1  0/s  silent for 1m1s', 'redis-2  0/s  silent for 1m1s']);
    await press('i');
    expect(lines()[0]).toContain('tick');
  });

  it('shows times as the exchange has them', async () => {
    write('open');
    await open(80, 14, { market: [{ timeZone: 'Asia/Kolkata' }] });
    await press('t', 't', 't');
    expect(head()).toContain('times:exchange');
    expect(lines()[0]).toContain('11-20 14:45:00.000');
    await press('t', 't');
  });

  it('opens around a moment, with the cursor on what was said then', async () => {
    log.write(...Array.from({ length: 200 }, (_, i) => ({ nanos: at((i - 200) * 1000), text: `tick ${i}` })));
    await open(80, 14, { moment: clock.now() - 100_000 });
    expect(head()).toContain('[around]');
    expect(lines().find((row) => row.startsWith('▸'))).toBe('▸tick 100');
    await press('0');
    await passed(1000);
    expect(lines().at(-1)).toBe('tick 199');
  });

  it('clears what has been shown so far', async () => {
    write(...numbered(0, 3));
    await open();
    await press('C');
    write('new');
    await passed();
    expect(lines()).toEqual(['new']);
  });
});
