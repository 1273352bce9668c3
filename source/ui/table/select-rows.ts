import fuzzysort from 'fuzzysort';
import { guarded } from '../../lib/guarded.ts';
import { compareNames } from '../../lib/natural.ts';
import { MATCH_TIMEOUT_MS, readPattern } from '../../lib/pattern.ts';
import type { Column } from './columns.ts';
import type { TableState } from './table-state.ts';

export type Selectable<Row, Context> = {
  columns: readonly Column<Row, Context>[];
  id(row: Row): string;
  nameOf(row: Row): string;
  labels?(row: Row): Readonly<Record<string, string>>;
  faulty?(row: Row): boolean;
  /** Texts that a filter searches besides the cells, such as `role=engine`. */
  terms?(row: Row): readonly string[];
};

/** A filter as in k9s: `/regex`, `/!regex`, `/-l label=value`, `/-f fuzzy`; or why it is invalid. */
export type Filter =
  | { kind: 'none' }
  | { kind: 'regex'; pattern: RegExp; inverse: boolean }
  | { kind: 'label'; key: string; value?: string }
  | { kind: 'fuzzy'; text: string }
  | { kind: 'error'; message: string };

/** Parses a filter; an invalid regular expression is returned as an error, not thrown. Case matters only if it has capitals. */
export function parseFilter(text: string): Filter {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === '!') return { kind: 'none' };
  if (/^-l(\s|$)/.test(trimmed)) return labelFilter(trimmed.slice(2).trim());
  if (/^-f(\s|$)/.test(trimmed)) {
    const wanted = trimmed.slice(2).trim();
    return wanted === '' ? { kind: 'none' } : { kind: 'fuzzy', text: wanted };
  }
  const inverse = trimmed.startsWith('!');
  const source = inverse ? trimmed.slice(1) : trimmed;
  const pattern = readPattern(source);
  return 'error' in pattern ? { kind: 'error', message: pattern.error } : { kind: 'regex', pattern, inverse };
}

function labelFilter(text: string): Filter {
  if (text === '') return { kind: 'none' };
  const [key = '', ...rest] = text.split('=');
  return rest.length === 0 ? { kind: 'label', key } : { kind: 'label', key, value: rest.join('=') };
}

/**
 * The rows that match the state's filters, in its order. Proportional to all rows: call when rows, filter or order change, not
 * per key. Throws TooSlow for an expression that takes too long on them.
 */
export function selectRows<Row, Context>(
  rows: readonly Row[],
  table: Selectable<Row, Context>,
  state: Pick<TableState, 'filter' | 'faults' | 'sort'>,
  context: Context,
): Row[] {
  const filter = parseFilter(state.filter);
  const sound = state.faults && table.faulty ? rows.filter((row) => table.faulty?.(row)) : rows;
  const kept = matching(sound, table, filter, context);
  return filter.kind === 'fuzzy' ? kept : sortRows(kept, table, state.sort, context);
}

function matching<Row, Context>(
  rows: readonly Row[],
  table: Selectable<Row, Context>,
  filter: Filter,
  context: Context,
): Row[] {
  switch (filter.kind) {
    case 'regex': {
      const texts = rows.map((row) => searched(row, table, context));
      const { pattern, inverse } = filter;
      const passing = guarded(MATCH_TIMEOUT_MS, () =>
        texts.map((some) => some.some((text) => pattern.test(text)) !== inverse),
      );
      return rows.filter((_, index) => passing[index]);
    }
    case 'label':
      return rows.filter((row) => {
        const value = table.labels?.(row)[filter.key];
        return filter.value === undefined ? value !== undefined : value === filter.value;
      });
    case 'fuzzy':
      return fuzzysort
        .go(
          filter.text,
          rows.map((row) => ({ row, name: table.nameOf(row) })),
          { key: 'name', threshold: 0 },
        )
        .map(({ obj }) => obj.row);
    default:
      return [...rows];
  }
}

/** The texts that an expression is tested on: the name and each searched cell separately, for `^` and `$`, and all of them together. */
function searched<Row, Context>(row: Row, table: Selectable<Row, Context>, context: Context): string[] {
  const cells = table.columns
    .filter((column) => column.searched)
    .map((column) => (column.csv ?? column.value)(row, context));
  const texts = [table.nameOf(row), ...(table.terms?.(row) ?? []), ...cells];
  return cells.length === 0 ? texts : [...texts, texts.join(' ')];
}

function sortRows<Row, Context>(
  rows: Row[],
  table: Selectable<Row, Context>,
  sort: TableState['sort'],
  context: Context,
): Row[] {
  const column = table.columns.find(({ id }) => id === sort.column);
  if (!column) return rows;
  const sign = sort.descending ? -1 : 1;
  const keyed = rows.map((row) => ({
    row,
    key: column.sort?.(row, context) ?? column.value(row, context),
    name: table.nameOf(row),
    id: table.id(row),
  }));
  // Ties are broken by name and id, so that equal rows never change places.
  keyed.sort((a, b) => sign * compare(a.key, b.key) || compare(a.name, b.name) || compare(a.id, b.id));
  return keyed.map(({ row }) => row);
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareNames(String(a), String(b));
}
