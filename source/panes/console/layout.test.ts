import { describe, expect, it } from 'vitest';
import { panes } from '../registry.ts';
import { deskLayout, screenLayout } from './layout.ts';

const ALL = panes.map(({ name, column }) => ({ name, column }));

describe('the layout', () => {
  it('shows four panes when there is room, else services and one more, and fills the body exactly', () => {
    for (const [columns, rows] of [
      [60, 15],
      [80, 24],
      [100, 30],
      [120, 40],
      [300, 100],
    ] as const) {
      const { header, body } = screenLayout(columns, rows, { header: true, banner: true });
      expect(header + body.height + 1).toBe(rows);
      const places = deskLayout(body, ALL, 'logs').map(({ rect }) => rect);
      expect(
        places.reduce((cells, pane) => cells + pane.width * pane.height, 0),
        `${columns}x${rows}`,
      ).toBe(body.width * body.height);
      expect(places.every((pane) => pane.height >= 4 && pane.width >= 40)).toBe(true);
    }
    const names = (width: number, height: number, shown: string) =>
      deskLayout({ left: 0, top: 0, width, height }, ALL, shown).map(({ pane }) => pane);
    expect(names(80, 20, 'health')).toEqual(['services', 'health']);
    expect(names(120, 33, 'logs')).toEqual(['services', 'health', 'metrics', 'logs']);
    expect(names(220, 50, 'logs')).toEqual(['services', 'health', 'metrics', 'logs']);
  });

  it('gives the rows of a pane with little to say to the others of its column, and wastes none', () => {
    const wanted = [
      { name: 'health', column: 'left' },
      { name: 'metrics', column: 'left', enough: 5 },
      { name: 'logs', column: 'right', enough: 5 },
    ] as const;
    for (const [width, height] of [
      [120, 33],
      [220, 50],
    ] as const) {
      const places = deskLayout({ left: 0, top: 0, width, height }, wanted, 'logs');
      const rows = Object.fromEntries(places.map(({ pane, rect }) => [pane, rect.height]));
      expect(rows.metrics).toBe(5);
      expect((rows.health ?? 0) + 5).toBe(rows.logs);
      expect(places.reduce((cells, { rect }) => cells + rect.width * rect.height, 0)).toBe(width * height);
    }
  });
});
