/** Rows of a table as a tree: each names its parent and follows it. Pure. */

export type Tree<Row> = {
  parent(row: Row): string | undefined;
  /** Whether its branch is folded by default. */
  folded(row: Row): boolean;
  /** The row with the symbol of its branch. */
  marked(row: Row, branch: 'open' | 'folded'): Row;
};

/** Whether a branch is folded: its default, or the opposite if it was toggled. */
export function isFolded<Row>(tree: Tree<Row>, row: Row, id: string, toggled: ReadonlySet<string>): boolean {
  return tree.folded(row) !== toggled.has(id);
}

/** Removes the rows in folded branches and adds the symbols of branches. A row whose parent is missing is a root. */
export function foldedRows<Row>(
  rows: readonly Row[],
  tree: Tree<Row>,
  idOf: (row: Row) => string,
  toggled: ReadonlySet<string>,
): Row[] {
  const branches = new Set(rows.flatMap((row) => tree.parent(row) ?? []));
  const closed = new Set<string>();
  const shown: Row[] = [];
  for (const row of rows) {
    const id = idOf(row);
    const folded = branches.has(id) && isFolded(tree, row, id, toggled);
    const hidden = closed.has(tree.parent(row) ?? '');
    if (hidden || folded) closed.add(id);
    if (!hidden) shown.push(branches.has(id) ? tree.marked(row, folded ? 'folded' : 'open') : row);
  }
  return shown;
}
