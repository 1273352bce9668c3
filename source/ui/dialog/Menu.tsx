import { Box } from 'ink';
import { useState } from 'react';
import { fit, width as widthOf } from '../../lib/text.ts';
import { frameRows, Lines } from '../Frame.tsx';
import { useTheme } from '../theme-context.ts';
import { useKeys } from '../use-keys.ts';
import { dialogKeys } from './use-dialog.ts';

/** An entry, chosen by its key (empty if it has none) or with the cursor. */
export type MenuItem = { key: string; label: string; run(): void };

export type MenuProps = {
  title: string;
  items: readonly MenuItem[];
  /** Of the whole screen; the menu places itself in its middle. */
  columns: number;
  rows: number;
  onClose(): void;
};

const KEYS = 12;
const WIDEST = 76;

/** A menu over the whole screen, which receives all keys: the available actions with their keys. */
export function Menu({ title, items, columns, rows, onClose }: MenuProps) {
  const theme = useTheme();
  const [cursor, setCursor] = useState(0);
  const page = Math.max(1, Math.min(items.length, rows - 4));
  const top = Math.max(0, Math.min(cursor - page + 1, items.length - page));
  const choose = (item: MenuItem | undefined) => {
    onClose();
    item?.run();
  };
  const to = (place: number) => setCursor(Math.max(0, Math.min(items.length - 1, place)));
  useKeys(
    dialogKeys,
    {
      up: () => to(cursor - 1),
      down: () => to(cursor + 1),
      pageUp: () => to(cursor - page),
      pageDown: () => to(cursor + page),
      accept: () => choose(items[cursor]),
      cancel: onClose,
    },
    {
      layer: 'modal',
      text(key) {
        const item = items.find((one) => one.key === key);
        if (item) choose(item);
        return true;
      },
    },
  );
  const widest = Math.max(widthOf(title) + 4, ...items.map(({ label }) => widthOf(label) + KEYS + 4));
  const width = Math.min(columns - 4, WIDEST, widest);
  const lines = items.slice(top, top + page).map(({ key, label }, index) => {
    const text = ` ${theme.paint('key', fit(key, KEYS))}${fit(label, width - KEYS - 4)} `;
    return top + index === cursor ? theme.paint('cursor', text) : text;
  });
  const note = items.length > page ? `${cursor + 1}/${items.length}` : '';
  const drawn = frameRows({ title: ` ${title} `, note, width, height: page + 2, focused: true, rows: lines }, theme);
  return (
    <Box
      position="absolute"
      marginLeft={Math.floor((columns - width) / 2)}
      marginTop={Math.max(0, Math.floor((rows - drawn.length) / 2))}
    >
      <Lines rows={drawn} width={width} height={drawn.length} />
    </Box>
  );
}
