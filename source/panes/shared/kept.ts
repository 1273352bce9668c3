import type { TableAction, TableState } from '../../ui/table/table-state.ts';

/** What a console remembers of its screen, so that the next one begins as this one ended. Pure. */

/** How a table was left; absent: as the table or the settings have it. */
export type KeptTable = {
  sort?: TableState['sort'];
  filter?: string;
  wide?: boolean;
  columns?: readonly string[];
};

/** By the name of the table. */
export type KeptTables = Readonly<Record<string, KeptTable>>;

/** The screen of one context. */
export type KeptScreen = {
  /** The last view: a table or page; absent: the desk. */
  view?: { table: string } | { page: string };
  project?: string;
  tables: KeptTables;
};

/** What there is to remember of a table after an action on it: only what the operator has set. */
export function keptOf(before: KeptTable | undefined, after: TableState, { type }: TableAction): KeptTable | undefined {
  const { sort, filter, wide, columns } = after;
  switch (type) {
    case 'sort':
      return { ...before, sort };
    case 'filter':
      return { ...before, filter };
    case 'toggle':
      return { ...before, wide };
    case 'columns':
      return { ...before, columns };
    default:
      return before;
  }
}
