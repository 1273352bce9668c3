import { Box, Text, useInput, useWindowSize } from 'ink';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { renderAt } from './render.tsx';

function Size() {
  const { columns, rows } = useWindowSize();
  const [last, setLast] = useState('none');
  useInput((input, key) => setLast(key.downArrow ? 'down' : input));
  return (
    <Box width={columns} height={rows} flexDirection="column">
      <Text>
        {columns}x{rows}
      </Text>
      <Text>{`\u001b[1;32mlast: ${last}\u001b[0m`}</Text>
    </Box>
  );
}

it('draws an element at a size, takes keys and a new size', async () => {
  const screen = await renderAt(60, 15, <Size />);
  expect(screen.text()).toBe('60x15\nlast: none');
  expect(screen.cells()[1]?.[0]).toMatchObject({ text: 'l', foreground: 2, bold: true });
  screen.press('down');
  await screen.waitFor('last: down');
  screen.press('x');
  await screen.waitFor('last: x');
  screen.resize(300, 100);
  await screen.waitFor('300x100');
  expect(screen.modes()).toContain('alternate screen');
  await screen.unmount();
});
