import type { AnyResource } from '../../resources/resource.ts';
import { withColumns } from '../../resources/table-views.ts';
import { formOf } from '../../ui/table/columns.ts';

/** The columns of a table as a list to choose from. Pure. */

/** `spec`: as the settings would name it; `on`: shown in the narrow form. */
export type ColumnItem = { spec: string; title: string; on: boolean };

/** Those that are shown, in their order, then the others. */
export function columnItems(resource: AnyResource, columns: readonly string[] | undefined): ColumnItem[] {
  const viewed = withColumns(resource, columns);
  const shown = formOf(viewed.columns, false);
  const given = new Map((columns ?? []).map((spec) => [spec.split(/[:|]/)[0]?.trim().toLowerCase(), spec]));
  const item = (on: boolean) => (column: AnyResource['columns'][number]) => {
    const { id, title } = column;
    return { spec: given.get(title.toLowerCase()) ?? given.get(id) ?? title, title, on };
  };
  const others = viewed.columns.filter((column) => !shown.includes(column));
  return [...shown.map(item(true)), ...others.map(item(false))];
}

/** Shows or hides one; the last one stays. */
export function toggled(items: readonly ColumnItem[], index: number): readonly ColumnItem[] {
  const item = items[index];
  if (!item || (item.on && items.filter(({ on }) => on).length === 1)) return items;
  // An attribute such as W would contradict what is chosen here.
  const spec = item.on ? item.spec : item.spec.replace(/\|.*$/, '');
  return items.with(index, { ...item, spec, on: !item.on });
}

/** Moves one up or down. */
export function moved(items: readonly ColumnItem[], index: number, by: 1 | -1): readonly ColumnItem[] {
  const [item, other] = [items[index], items[index + by]];
  return item && other ? items.with(index, other).with(index + by, item) : items;
}

/** As the settings name those that are shown. */
export function chosen(items: readonly ColumnItem[]): string[] {
  return items.flatMap(({ spec, on }) => (on ? [spec] : []));
}
