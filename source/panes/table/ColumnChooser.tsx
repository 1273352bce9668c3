import { Box } from 'ink';
import { useState } from 'react';
import { fit, width as widthOf } from '../../lib/text.ts';
import type { AnyResource } from '../../resources/resource.ts';
import { frameRows, Lines } from '../../ui/Frame.tsx';
import { keyLabel } from '../../ui/input/keys.ts';
import { keyGroup } from '../../ui/keymap.ts';
import { useTheme } from '../../ui/theme-context.ts';
import { useBoundGroups, useKeys } from '../../ui/use-keys.ts';
import { type ColumnItem, chosen, columnItems, moved, toggled } from './column-list.ts';

export const columnKeys = keyGroup('columns', 'Column chooser', {
  up: { keys: ['up', 'k'], hint: '', help: 'up', wheel: 'up' },
  down: { keys: ['down', 'j'], hint: '', help: 'down', wheel: 'down' },
  toggle: { keys: ['space', 'enter'], hint: 'show/hide', help: 'show or hide the column' },
  left: { keys: ['shift-up', 'shift-k'], hint: 'left', help: 'move the column to the left' },
  right: { keys: ['shift-down', 'shift-j'], hint: 'right', help: 'move the column to the right' },
  reset: { keys: ['r'], hint: 'reset', help: 'columns as in the settings again' },
  close: { keys: ['esc', 'q', 'shift-w'], hint: 'close', help: 'close' },
});

export type ColumnChooserProps = {
  resource: AnyResource;
  /** Those that it has now, as the settings name them. */
  columns: readonly string[] | undefined;
  /** Of the whole screen. */
  size: { columns: number; rows: number };
  /** Undefined: those of the settings. */
  onChange(columns: readonly string[] | undefined): void;
  onReset(): readonly string[] | undefined;
  onClose(): void;
};

/** The columns of a table, to be shown, hidden and moved; the table behind it follows at once. */
export function ColumnChooser({ resource, columns, size, onChange, onReset, onClose }: ColumnChooserProps) {
  const theme = useTheme();
  const bound = useBoundGroups().get(columnKeys.name) ?? columnKeys;
  const [items, setItems] = useState<readonly ColumnItem[]>(() => columnItems(resource, columns));
  const [cursor, setCursor] = useState(0);
  const to = (place: number) => setCursor(Math.max(0, Math.min(items.length - 1, place)));
  const change = (next: readonly ColumnItem[]) => {
    setItems(next);
    onChange(chosen(next));
  };
  const move = (by: 1 | -1) => {
    change(moved(items, cursor, by));
    to(cursor + by);
  };
  useKeys(
    columnKeys,
    {
      up: () => to(cursor - 1),
      down: () => to(cursor + 1),
      toggle: () => change(toggled(items, cursor)),
      left: () => move(-1),
      right: () => move(1),
      reset: () => setItems(columnItems(resource, onReset())),
      close: onClose,
    },
    { layer: 'modal', text: () => true },
  );
  const hints = Object.values(bound.bindings).filter(({ hint }) => hint !== '');
  const foot = hints.map(({ keys, hint }) => `${keyLabel(keys[0] ?? '')} ${hint}`).join('  ');
  const width = Math.min(size.columns - 4, Math.max(widthOf(foot) + 4, 40));
  const page = Math.max(1, Math.min(items.length, size.rows - 6));
  const top = Math.max(0, Math.min(cursor - page + 1, items.length - page));
  const lines = items.slice(top, top + page).map(({ title, on }, index) => {
    const text = fit(` ${on ? '[x]' : '[ ]'} ${title}`, width - 2);
    return top + index === cursor ? theme.paint('cursor', text) : theme.paint(on ? 'plain' : 'dim', text);
  });
  const rows = [...lines, theme.paint('dim', fit(` ${foot}`, width - 2))];
  const note = items.length > page ? `${cursor + 1}/${items.length}` : '';
  const title = ` Columns of ${resource.title} `;
  const drawn = frameRows({ title, note, width, height: rows.length + 2, focused: true, rows }, theme);
  return (
    <Box
      position="absolute"
      marginLeft={Math.floor((size.columns - width) / 2)}
      marginTop={Math.max(0, Math.floor((size.rows - drawn.length) / 2))}
    >
      <Lines rows={drawn} width={width} height={drawn.length} />
    </Box>
  );
}
