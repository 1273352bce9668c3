import type { AnyResource, CellContext } from '../../resources/resource.ts';
import { formOf } from '../../ui/table/columns.ts';

/** The table as RFC 4180 CSV, with the columns of its narrow or wide form, uncut. */
export function csvOf(resource: AnyResource, rows: readonly unknown[], world: CellContext, wide: boolean): string {
  const columns = formOf(resource.columns, wide);
  const lines = rows.map((row) => columns.map((column) => quoted((column.csv ?? column.value)(row, world))).join(','));
  return `${[columns.map(({ title }) => quoted(title)).join(','), ...lines].join('\r\n')}\r\n`;
}

/** A text that begins like a formula would be run by a spreadsheet: it gets an apostrophe in front. */
function quoted(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) && text !== '-' ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
