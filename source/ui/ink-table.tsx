import { renderToString } from 'ink';
import imported from 'ink-table';
import type { ComponentType } from 'react';

/**
 * Small static tables for output without a screen. ink-table costs 25 ms per change and two lines per row, so it is not used in the
 * console. It is CommonJS that requires ink, which only the bundle can provide: import this file lazily, and only from commands.
 */

type TableProps = { data: readonly Record<string, string>[] };

// Bundled for Node, the default import of a CommonJS module is the whole module; the types differ.
const Table = ('default' in imported ? imported.default : imported) as unknown as ComponentType<TableProps>;

/** The rows in a box, a column per field in the order of the first row; cells are safe text without styles. */
export function inkTable(data: readonly Record<string, string>[], columns: number): string {
  return renderToString(<Table data={data} />, { columns });
}
