import { describe, expect, it } from 'vitest';
import { worldOf } from '../../../test/builders/desk.ts';
import { compose, NOON } from '../../../test/builders/facts.ts';
import { exness } from '../../../test/incidents/stacks.ts';
import { EngineError } from '../../engine/engine.ts';
import { width } from '../../lib/text.ts';
import { createTheme } from '../../ui/theme.ts';
import type { View } from '../shared/views.ts';
import { headerRows } from './header-rows.ts';
import { type Bindings, groupsOf, hindrancesOf, usableNow } from './view-facts.ts';

const theme = createTheme({ level: 0, ascii: false });

/** No binding was changed by the settings. */
const UNCHANGED: Bindings = { bound: new Map(), readonly: false };

describe('the header', () => {
  const world = worldOf([...Object.values(exness()), compose('trading', 'api', { state: 'exited', exitCode: 1 })]);
  const facts = {
    world,
    endpoint: 'unix:///var/run/docker.sock',
    readonly: true,
    cost: { cpuPercent: 0.5, rss: 90e6, stretch: 1 },
    staleAfter: 15_000,
    favourites: ['docker', 'exness'],
    groups: groupsOf({ kind: 'desk' }, 'services', UNCHANGED),
  };

  it('counts services by verdict, says read-only, and gives hints as they are bound', () => {
    const drawn = headerRows(facts, 120, 6, theme);
    expect(drawn.map(width)).toEqual(Array.from({ length: 6 }, () => 120));
    const text = drawn.join('\n');
    expect(text).toMatch(/✖ 1 down/);
    expect(text).toContain('READ-ONLY');
    expect(text).toContain('<r> restart');
  });

  it('says when it reads and draws less often to stay within its budget, at each height', () => {
    const slowed = { ...facts, cost: { ...facts.cost, stretch: 2.5 } };
    for (const height of [3, 6])
      expect(headerRows(slowed, 120, height, theme).join('\n')).toContain('slowed 2.5x for its budget');
    expect(headerRows(facts, 120, 6, theme).join('\n')).not.toContain('slowed');
  });

  it('has the clock of each market at each height, and none when no market is set', () => {
    const markets = [
      { name: 'NYSE', open: false, changesText: 'Mon 09:30 EST' },
      { name: 'NSE', open: true, changesText: '15:30 IST' },
    ];
    for (const height of [1, 3, 6]) {
      const drawn = headerRows({ ...facts, markets }, 160, height, theme).join('\n');
      expect(drawn).toContain('NSE open until 15:30 IST  NYSE closed until Mon 09:30 EST');
      expect(headerRows(facts, 160, height, theme).join('\n')).not.toMatch(/NSE|undefined/);
    }
  });

  it('says which project each digit chooses, where there is room beside the keys', () => {
    const rows = headerRows(facts, 200, 6, theme);
    expect(rows.join('\n')).toMatch(/<0> all .*\n.*<1> docker .*\n.*<2> exness /);
    expect(rows.map(width)).toEqual(Array.from({ length: 6 }, () => 200));
    expect(headerRows(facts, 200, 3, theme).join('\n')).not.toContain('<1>');
  });

  it('does not call a load 0 % that no one has measured yet', () => {
    const drawn = headerRows({ ...facts, cost: { rss: 90e6, stretch: 1 } }, 120, 6, theme).join('\n');
    expect(drawn).toContain('… CPU');
    expect(drawn).not.toContain('0.0%');
  });

  it('hints at no key that does nothing in the view', () => {
    const hints = (view: View, focus: string) =>
      headerRows({ ...facts, groups: groupsOf(view, focus, UNCHANGED) }, 300, 6, theme).join('\n');
    expect(hints({ kind: 'desk' }, 'services')).toContain('<tab> pane');
    // The footer has them.
    expect(hints({ kind: 'desk' }, 'services')).not.toMatch(/<esc>|<\/>|<:>|<\?>/);
    expect(hints({ kind: 'page', page: 'help' }, 'services')).not.toMatch(/<tab>|<f>/);
  });

  it('hints at no action while the console is read-only', () => {
    const groups = groupsOf({ kind: 'desk' }, 'services', { ...UNCHANGED, readonly: true });
    const drawn = headerRows({ ...facts, groups }, 300, 6, theme).join('\n');
    expect(drawn).toContain('<l> logs');
    expect(drawn).not.toMatch(/restart|start|scale/);
  });

  describe('hints only at keys that work now:', () => {
    const NOTHING = { vacant: false, lost: false };
    const hints = (view: View, focus: string, hindrances: Partial<typeof NOTHING>) => {
      const groups = usableNow(groupsOf(view, focus, UNCHANGED), { ...NOTHING, ...hindrances });
      return headerRows({ ...facts, groups }, 300, 6, theme).join('\n');
    };
    const table = (resource: string): View => ({ kind: 'table', resource, scope: {} });

    it('none that acts on a row of an empty table, in its panes neither', () => {
      expect(hints({ kind: 'desk' }, 'services', {})).toMatch(/<enter> open[\s\S]*<d> describe/);
      const empty = hints({ kind: 'desk' }, 'services', { vacant: true });
      expect(empty).not.toMatch(/<enter>|<x>|<d>|<y>|<l>|<m>|<r>|<s>|<t>|<u>|<i>/);
      // What is hidden by it is shown again by it.
      expect(empty).toContain('<ctrl-z> faults');
      expect(empty).toContain('<tab> pane');
      expect(hints({ kind: 'desk' }, 'logs', { vacant: true })).not.toContain('<x> menu');
      expect(hints(table('xray'), '', { vacant: true })).not.toContain('fold');
      expect(hints(table('fleet'), '', { vacant: true })).not.toContain('<p> pin');
    });

    it('prune is about a whole table, which may show no row', () => {
      const empty = hints(table('volumes'), '', { vacant: true });
      expect(empty).toContain('<shift-x> prune');
      expect(empty).not.toContain('back up');
    });

    it('none that needs the engine while it is lost; what was read stays readable', () => {
      const lost = hints({ kind: 'desk' }, 'services', { lost: true });
      expect(lost).not.toMatch(/<d>|<y>|<r>|<s>|<t>|<u>|<i>/);
      expect(lost).toMatch(/<l> logs/);
      expect(lost).toMatch(/<enter> open/);
    });

    it('the engine is lost to views about it, not to those of all hosts; before its first list there is no row', () => {
      const why = new EngineError('no-socket', 'no such file');
      const connection = { state: 'lost', since: NOON, why, attempt: 1, nextTry: NOON } as const;
      const lost = { ...world.state, connection };
      expect(hindrancesOf({ kind: 'desk' }, false, world.state)).toEqual(NOTHING);
      expect(hindrancesOf({ kind: 'desk' }, false, lost)).toEqual({ vacant: false, lost: true });
      expect(hindrancesOf({ kind: 'desk' }, true, world.state)).toEqual({ vacant: true, lost: false });
      expect(hindrancesOf(table('fleet'), false, lost)).toEqual(NOTHING);
      const never = { ...lost, lastUpdateAt: undefined };
      expect(hindrancesOf({ kind: 'desk' }, false, never)).toEqual({ vacant: true, lost: true });
      expect(hindrancesOf({ kind: 'page', page: 'help' }, false, never)).toEqual({ vacant: false, lost: true });
    });
  });

  it('reports the age of data while the engine hangs, before it is given up', () => {
    const at = (ms: number) => ({ ...facts, world: { ...world, state: { ...world.state, now: NOON + ms } } });
    for (const height of [1, 3, 6]) {
      expect(headerRows(at(12_000), 120, height, theme).join('\n')).not.toContain(' old');
      expect(headerRows(at(20_000), 120, height, theme).join('\n')).toContain('data is 20s old');
    }
  });

  it('counts down while it is armed', () => {
    expect(headerRows({ ...facts, readonly: false, armedUntil: NOON + 90_000 }, 120, 6, theme).join('\n')).toContain(
      'ARMED 1m30s',
    );
  });

  it('fits every height and width', () => {
    for (const [columns, height] of [
      [60, 1],
      [80, 3],
      [200, 6],
    ] as const) {
      expect(headerRows(facts, columns, height, theme).map(width)).toEqual(
        Array.from({ length: height }, () => columns),
      );
    }
  });
});
