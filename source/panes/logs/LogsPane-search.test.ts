import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakePane } from '../../../test/builders/log-pane.tsx';

let pane: FakePane;

beforeEach(() => {
  pane = new FakePane();
});

afterEach(() => pane.close());

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);

describe('filters, searches and times of a log', () => {
  it('filters while one types, and gives the filter up with esc', async () => {
    pane.write(...numbered(0, 30));
    await pane.open();
    await pane.press('/');
    await pane.type('line 2');
    expect(pane.lines()).toEqual(['line 2', ...numbered(20, 30)]);
    await pane.type('line 25');
    expect(pane.lines()).toEqual(['line 25']);
    expect(pane.head()).toContain('</line 25>');
    await pane.press('>');
    expect(pane.lines()).toEqual(['line 24', ':line 25', 'line 26']);
    // A lone escape could be the beginning of a sequence: Ink waits a little.
    pane.screen.press('esc');
    await pane.screen.waitFor('line 29');
    expect(pane.lines().length).toBe(11);
  });

  it('says what is wrong with a filter, and shows what it showed before', async () => {
    pane.write(...numbered(0, 3));
    await pane.open();
    await pane.press('/');
    await pane.type('a(');
    expect(pane.head()).toContain('bad filter, not used: Unterminated group');
    expect(pane.lines()).toEqual(numbered(0, 3));
    await pane.type('line 1');
    await pane.type('line 1|(');
    expect(pane.head()).toContain('bad filter');
    expect(pane.lines()).toEqual(['line 1']);
  });

  it('jumps between errors, and between matches without hiding the rest', async () => {
    pane.write('a', 'ERROR: one', ...numbered(0, 30), 'ERROR: two', 'b');
    await pane.open();
    await pane.press('E');
    expect(pane.cursor()).toBe('▸ERROR: two');
    await pane.press('E');
    expect(pane.cursor()).toBe('▸ERROR: one');
    await pane.press('/');
    await pane.type('/line 7');
    await pane.press('n');
    expect(pane.cursor()).toBe('▸line 7');
    expect(pane.head()).toContain('1 of 1 hit');
    await pane.press('n');
    expect(pane.flashed).toEqual(['No other match.']);
  });

  it('takes the lines of one message for one error, and stops at none that the filter hides', async () => {
    const trace = ['ERROR order failed', 'Traceback (most recent call last):', '  File "a.py"', 'ValueError: no'];
    pane.write('a', ...trace, 'b', 'Error: other', 'c');
    await pane.open();
    await pane.press('E');
    expect(pane.cursor()).toBe('▸Error: other');
    await pane.press('E');
    expect(pane.cursor()).toBe('▸ERROR order failed');
    await pane.press('e');
    expect(pane.cursor()).toBe('▸Error: other');
    await pane.press('g', '/');
    await pane.type('!other');
    await pane.press('e');
    expect(pane.cursor()).toBe('▸ERROR order failed');
    await pane.press('e');
    expect(pane.flashed).toEqual(['No other error.']);
  });

  it('shows a level and worse, with all lines of each message', async () => {
    pane.write(
      'INFO a',
      'ERROR order failed',
      'Traceback (most recent call last):',
      '  File "a.py"',
      'ValueError: no',
      'WARN b',
      'c',
    );
    await pane.open();
    await pane.press('v');
    expect(pane.head()).toContain('level:info+');
    expect(pane.lines().at(-1)).toBe('WARN b');
    await pane.press('v', 'v');
    expect(pane.lines()).toEqual([
      'ERROR order failed',
      'Traceback (most recent call last):',
      '  File "a.py"',
      'ValueError: no',
    ]);
    await pane.press('v');
    expect(pane.lines().length).toBe(7);
  });

  it('finds the newest error from the tail, and goes round', async () => {
    pane.write('ERROR one', ...numbered(0, 30), 'ERROR two', 'b');
    await pane.open();
    await pane.press('e');
    expect(pane.cursor()).toBe('▸ERROR two');
    await pane.press('e');
    expect(pane.cursor()).toBe('▸ERROR one');
    expect(pane.flashed).toEqual(['No later error: wrapped around.']);
  });

  it('goes to a time, in the buffer or in another part of the log, and to a span', async () => {
    pane.log.write(...Array.from({ length: 900 }, (_, i) => ({ nanos: pane.at((i - 900) * 1000), text: `tick ${i}` })));
    await pane.open();
    await pane.press('@');
    await pane.type('09:14:00');
    expect(pane.cursor()).toBe('▸tick 840');
    expect(pane.head()).toContain('[tail]');
    await pane.command('at', '09:05');
    await pane.passed(1000);
    expect(pane.head()).toContain('[09:00:00–09:10:00]');
    expect(pane.cursor()).toBe('▸tick 300');
    await pane.command('at', '09:10 09:12');
    await pane.passed(1000);
    expect(pane.head()).toContain('[09:10:00–09:12:00]');
    expect(pane.cursor()).toBe('▸tick 600');
    await pane.command('at', 'soon');
    expect(pane.flashed.at(-1)).toContain('"soon" is not a valid time');
  });

  it('opens the same moment in the log of what the service needs', async () => {
    pane.log.write(...Array.from({ length: 60 }, (_, i) => ({ nanos: pane.at((i - 60) * 1000), text: `tick ${i}` })));
    const now = pane.clock.now();
    await pane.open({ needs: 'db' });
    await pane.press('up', 'O');
    expect(pane.opened).toEqual([
      { kind: 'pane', pane: 'logs', service: 'compose:exness/db', moment: now - 2000, marked: [] },
    ]);
  });

  it('hides and highlights by rules of the settings and of the session', async () => {
    pane.write('GET /health 200', 'order rejected', 'tick 1', 'tick 2');
    await pane.open({ columns: 120, logs: { hide: ['/health'], highlight: ['rejected', 'a('] } });
    expect(pane.lines()).toEqual(['order rejected', 'tick 1', 'tick 2']);
    expect(pane.head()).toContain('hidden:1 rule');
    expect(pane.head()).toContain('bad rule, not used: a(: Unterminated group');
    await pane.command('hide', 'tick 1');
    expect(pane.lines()).toEqual(['order rejected', 'tick 2']);
    await pane.command('hide');
    expect(pane.lines()).toEqual(['order rejected', 'tick 1', 'tick 2']);
    await pane.command('hide', 'a(');
    expect(pane.flashed.at(-1)).toBe('a(: Unterminated group');
  });

  it('searches the whole history of all services, and opens the lines around a hit', async () => {
    pane.log.write(
      ...Array.from({ length: 3000 }, (_, i) => ({
        nanos: pane.at((i - 3000) * 1000),
        text: `level=${i % 1000 === 7 ? 'error' : 'info'} n=${i}`,
      })),
    );
    await pane.open({ columns: 120, needs: 'db' });
    await pane.command('find', 'level>=error n>1000');
    await pane.passed(1000);
    expect(pane.head()).toContain(' Logs(all)[find level>=error n>1000] ');
    expect(pane.head()).toContain('4 found in 6.0k lines of 2 sources');
    expect(pane.lines().map((row) => /n=\d+/.exec(row)?.[0])).toEqual(['n=1007', 'n=1007', 'n=2007', 'n=2007']);
    await pane.press('g', 'enter');
    await pane.passed(1000);
    expect(pane.head()).toContain(' Logs(all)[');
    expect(pane.cursor()).toContain('n=1007');
    await pane.command('find', '(');
    expect(pane.flashed.at(-1)).toBe('(: Unterminated group');
  });

  it('opens around a moment, with the cursor on what was said then', async () => {
    pane.log.write(...Array.from({ length: 200 }, (_, i) => ({ nanos: pane.at((i - 200) * 1000), text: `tick ${i}` })));
    await pane.open({ moment: pane.clock.now() - 100_000 });
    expect(pane.head()).toContain('[09:08:20–09:18:20]');
    expect(pane.cursor()).toBe('▸tick 100');
    await pane.press('0');
    await pane.passed(1000);
    expect(pane.lines().at(-1)).toBe('tick 199');
  });
});
