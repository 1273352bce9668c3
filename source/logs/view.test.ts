import { describe, expect, it } from 'vitest';
import { cursorOf, INITIAL_VIEW, type LogView, pageOf, type Screen } from './paging.ts';
import { allLines } from './sequence.ts';
import { type LogViewAction, logView } from './view.ts';

const bounds = { first: 0, end: 100 };

function screen(end = 100, first = 0, rows: (line: number) => number = () => 1): Screen {
  return { sequence: allLines({ first, end }, 0), height: 10, rows };
}

function acted(actions: readonly LogViewAction[], at: Screen = screen(), view: LogView = INITIAL_VIEW): LogView {
  return actions.reduce((now, action) => logView(now, action, at), view);
}

const shown = (view: LogView, at: Screen) => pageOf(view, at).map(({ line }) => line);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('logView', () => {
  it('follows the newest line', () => {
    expect(shown(INITIAL_VIEW, screen(100))).toEqual(range(90, 100));
    expect(shown(INITIAL_VIEW, screen(120))).toEqual(range(110, 120));
  });

  it('stays put after scrolling up, whatever lines are added or dropped', () => {
    const view = acted([{ type: 'move', by: -1 }]);
    expect(view.follow).toBe(false);
    expect(cursorOf(view, screen())).toBe(98);
    expect(shown(view, screen(500))).toEqual(range(90, 100));
    expect(shown(view, screen(500, 60))).toEqual(range(90, 100));
    // Dropped from the buffer: what is left of the log begins the page.
    expect(shown(view, screen(500, 200))).toEqual(range(200, 210));
    expect(cursorOf(view, screen(500, 200))).toBe(200);
  });

  it('moves the cursor within the page and scrolls at its edges', () => {
    const view = acted(Array.from({ length: 12 }, () => ({ type: 'move', by: -1 }) as const));
    expect(cursorOf(view, screen())).toBe(87);
    expect(shown(view, screen())).toEqual(range(87, 97));
    const down = acted(
      Array.from({ length: 10 }, () => ({ type: 'move', by: 1 }) as const),
      screen(),
      view,
    );
    expect(shown(down, screen())).toEqual(range(88, 98));
  });

  it('pages with one line of overlap, and follows again after the last page', () => {
    const up = acted([{ type: 'page', by: -1 }]);
    expect(shown(up, screen())).toEqual(range(81, 91));
    const down = acted([{ type: 'page', by: 1 }], screen(), up);
    expect(shown(down, screen())).toEqual(range(90, 100));
    expect(acted([{ type: 'page', by: 1 }], screen(), down).follow).toBe(true);
  });

  it('jumps to the start and the end', () => {
    expect(shown(acted([{ type: 'first' }]), screen())).toEqual(range(0, 10));
    expect(acted([{ type: 'first' }, { type: 'last' }]).follow).toBe(true);
  });

  it('jumps to a match: if it is visible only the cursor moves, else it appears at a third of the height', () => {
    const near = acted([{ type: 'jump', line: 93 }]);
    expect([cursorOf(near, screen()), shown(near, screen())[0]]).toEqual([93, 90]);
    const far = acted([{ type: 'jump', line: 50 }]);
    expect(cursorOf(far, screen())).toBe(50);
    expect(shown(far, screen())).toEqual(range(47, 57));
  });

  it('counts the rows of lines that wrap', () => {
    const wrapping = screen(100, 0, () => 4);
    expect(pageOf(INITIAL_VIEW, wrapping)).toEqual([
      { line: 97, skip: 2 },
      { line: 98, skip: 0 },
      { line: 99, skip: 0 },
    ]);
    const up = acted([{ type: 'move', by: -1 }], wrapping);
    expect(pageOf(up, wrapping)).toEqual(pageOf(INITIAL_VIEW, wrapping));
  });

  it('pages through lines taller than the screen', () => {
    const tall = screen(5, 0, () => 40);
    let view = acted([{ type: 'page', by: -1 }], tall);
    for (let i = 0; i < 25; i += 1) view = logView(view, { type: 'page', by: -1 }, tall);
    expect(cursorOf(view, tall)).toBe(0);
    view = logView(view, { type: 'page', by: 1 }, tall);
    expect(pageOf(view, tall)).toEqual([{ line: 0, skip: 9 }]);
    for (let i = 0; i < 25; i += 1) view = logView(view, { type: 'page', by: 1 }, tall);
    expect(view.follow).toBe(true);
  });

  it('marks by identity', () => {
    const view = acted([{ type: 'move', by: -1 }, { type: 'mark' }, { type: 'move', by: -1 }, { type: 'mark' }]);
    expect([...view.marks]).toEqual([98, 97]);
    expect([...acted([{ type: 'mark' }], screen(), view).marks]).toEqual([98]);
  });

  it("cycles through the timestamps; the exchange's only if there is one", () => {
    const kinds = (exchange: boolean) => {
      let view = INITIAL_VIEW;
      return range(0, 5).map(() => {
        view = logView(view, { type: 'stamps', exchange }, screen());
        return view.stamps;
      });
    };
    expect(kinds(true)).toEqual(['utc', 'exchange', 'delta', 'off', 'local']);
    expect(kinds(false)).toEqual(['utc', 'delta', 'off', 'local', 'utc']);
  });

  it('ignores keys in an empty log', () => {
    const empty = screen(0);
    const view = acted(
      [{ type: 'move', by: -1 }, { type: 'page', by: -1 }, { type: 'first' }, { type: 'mark' }],
      empty,
    );
    expect(pageOf(view, empty)).toEqual([]);
    expect(cursorOf(view, empty)).toBeUndefined();
  });

  it('hides the lines that existed when it was cleared', () => {
    const view = acted([{ type: 'clear', end: bounds.end }]);
    expect(shown(view, { ...screen(103), sequence: allLines({ first: 0, end: 103 }, view.cleared) })).toEqual([
      100, 101, 102,
    ]);
  });
});
