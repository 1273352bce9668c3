import { expect, it } from 'vitest';
import { createTheme } from '../../ui/theme.ts';
import { consoleReducer, initialConsole } from '../shared/console-state.ts';
import { messageRows } from './status-rows.ts';

const theme = createTheme({ level: 0, ascii: false });
const OUTCOME =
  'rolling-restart trading/worker: trading-worker-1: wait until it is back failed after 3.2s: exited again with code 1; ' +
  'left alone: trading-worker-2, trading-worker-3';

function rowsOf(text: string, tone: 'bad' | 'busy' = 'bad', now = 0): readonly string[] | undefined {
  const flash = { tone, text, until: 1000 };
  const state = consoleReducer(initialConsole({ header: true }), { type: 'flash', flash });
  return messageRows(state, 80, now, theme);
}

it('reports an outcome whole at 80 columns, the end of it too', () => {
  const rows = rowsOf(OUTCOME);
  expect(rows?.map((row) => row.length)).toEqual([80, 80, 80]);
  expect(rows?.map((row) => row.trim()).join(' ')).toBe(OUTCOME);
});

it('leaves what fits, what is running and what is over to the footer', () => {
  expect(rowsOf('short')).toBeUndefined();
  expect(rowsOf(OUTCOME, 'busy')).toBeUndefined();
  expect(rowsOf(OUTCOME, 'bad', 1000)).toBeUndefined();
});

it('covers no more than a part of the screen', () => {
  expect(rowsOf('word '.repeat(500))?.length).toBe(5);
});
