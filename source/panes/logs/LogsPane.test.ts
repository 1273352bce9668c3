import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakePane } from '../../../test/builders/log-pane.tsx';
import { EngineError } from '../../engine/engine.ts';

let pane: FakePane;

beforeEach(() => {
  pane = new FakePane();
});

afterEach(() => pane.close());

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);

describe('LogsPane', () => {
  it('shows the newest lines and continues with those that come', async () => {
    pane.write(...numbered(0, 30));
    await pane.open();
    expect(pane.head()).toContain(' Logs(exness/redis)[tail] ');
    expect(pane.lines()).toEqual(numbered(19, 30));
    pane.write('fresh');
    await pane.passed();
    expect(pane.lines().at(-1)).toBe('fresh');
    expect(pane.head()).toContain('autoscroll:on');
  });

  it('holds still while one reads further up', async () => {
    pane.write(...numbered(0, 30));
    await pane.open();
    await pane.press('up', 'up');
    expect(pane.head()).toContain('autoscroll:off');
    pane.write(...numbered(30, 60));
    await pane.passed();
    expect(pane.lines().map((row) => row.replace('▸', ''))).toEqual(numbered(19, 30));
    expect(pane.lines()[8]).toBe('▸line 27');
    await pane.press('G');
    expect(pane.lines().at(-1)).toBe('line 59');
  });

  it('copies the message under the cursor, what is marked, and saves what the filter leaves', async () => {
    pane.write('before', 'Error: no', '    at main', 'after');
    await pane.open();
    await pane.press('up', 'c');
    expect(pane.copied).toEqual(['Error: no\n    at main']);
    await pane.press('space', 'down', 'ctrl-space', 'c');
    expect(pane.copied[1]).toBe('    at main\nafter');
    expect(pane.head()).toContain('marks:2');
    await pane.press('/');
    await pane.type('t');
    await pane.press('ctrl-s');
    expect(pane.saved[0]).toMatch(/^2026-11-20T09:15:00\.\d+Z {5}at main\n2026-11-20T09:15:00\.\d+Z after\n$/);
  });

  it('shows times, JSON as message and fields or raw, and wraps', async () => {
    pane.write('{"level":50,"msg":"boom","code":7}', 'x'.repeat(100));
    await pane.open();
    expect(pane.lines()[0]).toBe('ERROR boom code=7');
    expect(pane.lines()[1]).toMatch(/^x+…$/);
    await pane.press('J', 't', 'w');
    expect(pane.timed()[0]).toBe('09:15:00.000Z {"level":50,"msg":"boom","code":7}');
    expect(
      pane
        .lines()
        .slice(1)
        .join('')
        .replace(/\s|09:15:00.001Z/g, ''),
    ).toBe('x'.repeat(100));
    expect(pane.lines().length).toBe(3);
    await pane.press('J', 't', 't', 'w');
    expect(pane.lines()[0]).toContain('ERROR boom');
  });

  it('shows the time of the engine once, without the own time and logger of a line; raw shows it as written', async () => {
    pane.write(
      '2026-11-20 09:14:59,871 ERROR shop.orders: rejected',
      'time=2026-11-20T09:14:59Z level=warn msg=slow px=1',
    );
    await pane.open();
    expect(pane.timed()).toEqual(['09:15:00.000 ERROR rejected', '09:15:00.001 WARN  slow px=1']);
    await pane.press('J');
    expect(pane.timed()[0]).toBe('09:15:00.000 2026-11-20 09:14:59,871 ERROR shop.orders: rejected');
    await pane.press('J', 't', 't', 't');
    expect(pane.timed()[0]).toBe('2026-11-20 09:14:59,871 ERROR shop.orders: rejected');
  });

  it('draws a rule where a day begins, and where one puts it', async () => {
    pane.log.write({ nanos: pane.at(-86_400_000), text: 'yesterday' }, { nanos: pane.at(0), text: 'today' });
    await pane.open();
    expect(pane.lines().map((row) => row.replace(/─+$/, ''))).toEqual([
      '── 19 Nov 2026 UTC ',
      'yesterday',
      '── 20 Nov 2026 UTC ',
      'today',
    ]);
    await pane.press('m');
    pane.write('new');
    await pane.passed();
    expect(pane.lines().slice(-2)[0]).toMatch(/^── \d\d:\d\d:\d\d ──/);
    expect(pane.lines().at(-1)).toBe('new');
  });

  it('masks secrets on the screen and in everything that leaves it', async () => {
    pane.write(
      'login password=hunter2 ok',
      '-----BEGIN PRIVATE KEY-----',
      'MIIEvQIBADANBgkqhkiG',
      '-----END PRIVATE KEY-----',
      'end',
    );
    await pane.open();
    expect(pane.lines()).toEqual([
      'login password=******** ok',
      '-----BEGIN PRIVATE KEY----- ********',
      '********',
      '-----END PRIVATE KEY-----',
      'end',
    ]);
    await pane.press('g', 'c', 'ctrl-s');
    expect(pane.copied).toEqual(['login password=******** ok']);
    expect(pane.saved[0]).not.toMatch(/hunter2|MIIEv/);
  });

  it('draws lines and errors over time when there is room, and on demand', async () => {
    pane.log.write(
      ...Array.from({ length: 120 }, (_, i) => ({
        nanos: pane.at((i - 120) * 1000),
        text: i > 100 ? 'ERROR rejected' : `tick ${i}`,
      })),
    );
    await pane.open({ rows: 40 });
    await pane.passed();
    expect(pane.lines()[0]).toMatch(/^lines {2}[▆█]+ peak 3 in 2\.6s$/);
    expect(pane.lines()[1]).toMatch(/^errors {30,}[▆█]+ peak 3 in 2\.6s$/);
    await pane.press('H');
    expect(pane.lines()[0]).toMatch(/^tick/);
    await pane.press('H');
  });

  it('shows secrets on the screen only when asked to, and never in copies', async () => {
    pane.write('login password=hunter2 ok');
    await pane.open();
    await pane.command('mask');
    expect(pane.head()).toContain('secrets:shown');
    expect(pane.lines()).toEqual(['login password=hunter2 ok']);
    await pane.press('c');
    expect(pane.copied).toEqual(['login password=******** ok']);
    await pane.command('mask');
    expect(pane.lines()).toEqual(['login password=******** ok']);
  });

  it('names the replicas in front of their lines', async () => {
    pane.write('hello');
    await pane.open({ replicas: 2 });
    expect(pane.lines()).toEqual(['redis-1 hello', 'redis-2 hello']);
  });

  it('lets no control sequence of a line through', async () => {
    pane.write('\u001b]0;owned\u0007\u001b[2J\u001b[31mred\u001b[0m \u202eback');
    await pane.open();
    expect(pane.lines()).toEqual(['red back']);
    expect(pane.screen.modes()).not.toContain('owned');
  });

  it('says why a log cannot be read', async () => {
    pane.log.logs = async () => {
      throw new EngineError('engine-error', 'configured logging driver does not support reading');
    };
    await pane.open({ columns: 60 });
    expect(pane.lines().join(' ')).toContain(
      'redis-1: its log cannot be read: its logging driver keeps no lines that the engine can return.',
    );
  });

  it('says that a container has not been started, and what became of a source', async () => {
    await pane.open({ state: 'created', replicas: 2 });
    expect(pane.lines()).toEqual(['created, but not started yet, so without lines: redis-1, redis-2']);
    await pane.press('i');
    expect(pane.lines()[0]).toBe('redis-1  0/s     not started  no lines');
  });

  it('says how many sources there is no room for', async () => {
    pane.write('a line');
    await pane.open({ replicas: 12 });
    await pane.press('i');
    expect(pane.lines().slice(0, 5)).toEqual([
      ...[1, 2, 3, 4].map((n) => expect.stringMatching(`^redis-${n} `)),
      'and 8 more sources',
    ]);
  });

  it('begins the head of a log with its first line, and calls no old log silent', async () => {
    pane.log.write(...numbered(0, 50).map((text, i) => ({ nanos: pane.at((i - 100) * 1000), text })));
    await pane.open();
    expect(pane.head()).toContain('silent for');
    await pane.press('1');
    await pane.passed(1000);
    expect(pane.lines().slice(0, 2)).toEqual(['▸line 0', 'line 1']);
    expect(pane.head()).not.toContain('silent for');
  });

  it('closes its streams when no one is watching', async () => {
    pane.write('hello');
    await pane.open();
    await pane.screen.unmount();
    expect(pane.log.queries.every(({ signal }) => signal?.aborted)).toBe(true);
  });

  it('turns to another part of the log with the keys of k9s', async () => {
    pane.write(...numbered(0, 3));
    await pane.open();
    await pane.press('3');
    await pane.passed(1000);
    expect(pane.head()).toContain('[5m]');
    expect(pane.log.queries.at(-2)?.since).toBeGreaterThan(pane.clock.now() - 310_000);
    await pane.press('1');
    await pane.passed(1000);
    expect(pane.head()).toContain('[head]');
    expect(pane.lines()).toEqual(['▸line 0', 'line 1', 'line 2']);
  });

  it('widens to the project and to everything, and says so when a range is empty', async () => {
    await pane.open();
    expect(pane.lines()).toEqual(['no lines yet']);
    await pane.press('2');
    await pane.passed(1000);
    expect(pane.lines()).toEqual(['no lines in the last 1m: <0> shows the last ones']);
    await pane.press('a');
    expect(pane.head()).toContain(' Logs(exness/*)[1m] ');
    await pane.press('a');
    expect(pane.head()).toContain(' Logs(all)[1m] ');
    await pane.press('a');
    expect(pane.head()).toContain(' Logs(exness/redis)[1m] ');
  });

  it('tells the rate of the lines from the first look on', async () => {
    pane.log.write(...Array.from({ length: 60 }, (_, i) => ({ nanos: pane.at((i - 60) * 1000), text: `tick ${i}` })));
    await pane.open();
    expect(pane.head()).toMatch(/ (0\.8|0\.9|1)\/s/);
  });

  it('reports the rate, the errors and the silence of every source', async () => {
    pane.log.write(...Array.from({ length: 60 }, (_, i) => ({ nanos: pane.at((i - 120) * 1000), text: `tick ${i}` })));
    await pane.open({ replicas: 2 });
    await pane.press('i');
    expect(pane.lines().slice(0, 2)).toEqual([
      'redis-1  0/s     60 lines  silent for 1m1s',
      'redis-2  0/s     60 lines  silent for 1m1s',
    ]);
    await pane.press('i');
    expect(pane.lines()[0]).toContain('tick');
  });

  it('shows times as the exchange has them', async () => {
    pane.write('open');
    await pane.open({ market: [{ timeZone: 'Asia/Kolkata' }] });
    await pane.press('t', 't');
    expect(pane.head()).toContain('times:Asia/Kolkata');
    expect(pane.timed()[0]).toContain('14:45:00.000');
  });

  it('clears what has been shown so far', async () => {
    pane.write(...numbered(0, 3));
    await pane.open();
    await pane.press('C');
    expect(pane.lines()).toEqual(['cleared, no lines since: <0> shows the last ones']);
    pane.write('new');
    await pane.passed();
    expect(pane.lines()).toEqual(['new']);
  });
});
