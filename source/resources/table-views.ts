import { matching } from '../lib/glob.ts';
import { suggestionFor } from '../lib/suggestion.ts';
import { safe } from '../lib/text.ts';
import type { TableViews } from '../settings/k9s-files.ts';
import type { Column } from '../ui/table/columns.ts';
import { resourceOf, resources } from './registry.ts';
import type { AnyResource, CellContext } from './resource.ts';

/** Tables as an operator wants them: columns chosen by name, as in k9s's `views.yaml`, and their order. Pure. */

export type TableView = TableViews[string];

type AnyColumn = Column<unknown, CellContext>;

/** `NAME|R`, `TEAM:.labels.com\.acme\.team|W`. */
type ColumnSpec = { name: string; label?: string; attributes: string };

function readSpec(text: string): ColumnSpec | undefined {
  const found = /^([^:|]+)(?::(?:\.metadata)?\.labels\.([^|]+))?(?:\|([TNWSHLR]*))?$/.exec(text.trim());
  if (!found) return undefined;
  const [, name = '', label, attributes = ''] = found;
  return { name: name.trim(), label: label?.replaceAll('\\.', '.'), attributes };
}

/** Names that k9s has for columns. */
const K9S_NAMES: Readonly<Record<string, string>> = { status: 'state', namespace: 'project', mem: 'memory' };

/** By its title or id, in capitals or not. */
function columnNamed({ columns }: AnyResource, name: string): AnyColumn | undefined {
  const wanted = name.toLowerCase();
  const named = (one: string) => columns.find(({ id, title }) => id === one || title.toLowerCase() === one);
  return named(wanted) ?? named(K9S_NAMES[wanted] ?? '');
}

function labelColumn({ labels }: AnyResource, { name, label }: ColumnSpec): AnyColumn | undefined {
  if (label === undefined || labels === undefined) return undefined;
  const value = (row: unknown) => safe(labels(row)[label] ?? '');
  return { id: `label ${label}`, title: name, width: name.length, fits: { max: 40 }, rank: 0, searched: true, value };
}

/** The column of a spec; `position`: the further right, the sooner it gives way. */
function chosenColumn(resource: AnyResource, spec: ColumnSpec, position: number): AnyColumn | undefined {
  const found = spec.label === undefined ? columnNamed(resource, spec.name) : labelColumn(resource, spec);
  if (found === undefined) return undefined;
  const has = (letter: string) => spec.attributes.includes(letter);
  const { wide: _wide, ...column } = found;
  return {
    ...column,
    rank: column.rank === 0 && spec.label === undefined ? 0 : position + 1,
    // Nothing that was chosen is left out for it.
    ...(column.fits ? { fits: { ...column.fits, ...(column.fits.before === undefined ? {} : { before: LAST }) } } : {}),
    ...(has('R') ? { align: 'right' as const } : has('L') ? { align: 'left' as const } : {}),
    ...(has('W') ? { wide: true as const } : {}),
    ...(has('H') ? { hidden: true as const } : {}),
  };
}

const LAST = Number.MAX_SAFE_INTEGER;

/** The table with these columns first, all others in its wide form; as it is where none of them is known. */
export function withColumns(resource: AnyResource, columns: readonly string[] | undefined): AnyResource {
  const chosen = (columns ?? []).flatMap((text, index) => {
    const spec = readSpec(text);
    return (spec && chosenColumn(resource, spec, index)) ?? [];
  });
  if (chosen.length === 0) return resource;
  const ids = new Set(chosen.map(({ id }) => id));
  const rest = resource.columns.filter(({ id }) => !ids.has(id)).map((column) => ({ ...column, wide: true as const }));
  return { ...resource, columns: [...chosen, ...rest] };
}

/** The settings for a table: those of the project before those of all. */
export function viewOf(views: TableViews, resource: AnyResource, project: string | undefined): TableView | undefined {
  const own = Object.entries(views).filter(([key]) => tableOf(key) === resource);
  const ofProject = own.find(([key]) => {
    const [, glob] = key.split('@');
    return glob !== undefined && project !== undefined && matching([glob], [project]) !== undefined;
  });
  return (ofProject ?? own.find(([key]) => !key.includes('@')))?.[1];
}

/** The table that files of k9s name: `containers`, `po`, `v1/pods`. */
export function tableNamed(name: string): AnyResource | undefined {
  return resourceOf(name.split('/').at(-1)?.toLowerCase() ?? '');
}

/** Of a key with a project: `v1/pods@prod`. */
function tableOf(key: string): AnyResource | undefined {
  return tableNamed(key.split('@')[0] ?? '');
}

/** The order that a view asks for. */
export function sortOf(view: TableView | undefined, resource: AnyResource): AnyResource['sort'] {
  const [, name = '', direction] = /^(.+):(asc|desc)$/.exec(view?.sortColumn ?? '') ?? [];
  const column = columnNamed(resource, name);
  return column === undefined ? resource.sort : { column: column.id, descending: direction === 'desc' };
}

/** What is wrong with the views of the settings: the place below `views`, and a sentence. */
export function viewTrouble(views: TableViews): { path: readonly (string | number)[]; text: string }[] {
  return Object.entries(views).flatMap(([key, { columns = [], sortColumn }]) => {
    const resource = tableOf(key);
    if (resource === undefined) {
      const near = suggestionFor(
        key,
        resources.flatMap(({ aliases }) => aliases),
      );
      return [{ path: [key], text: `there is no table "${key}".${near}` }];
    }
    const sorted = /^(.+):/.exec(sortColumn ?? '')?.[1];
    return [
      ...columns.flatMap((text, index) => columnTrouble(resource, text, [key, 'columns', index])),
      ...(sorted === undefined ? [] : columnTrouble(resource, sorted, [key, 'sortColumn'])),
    ];
  });
}

function columnTrouble(resource: AnyResource, text: string, path: readonly (string | number)[]) {
  const spec = readSpec(text);
  if (spec === undefined) return [{ path, text: `"${text}" is not a column: write NAME, NAME|W or NAME:.labels.KEY` }];
  if (chosenColumn(resource, spec, 0) !== undefined) return [];
  if (spec.label !== undefined) return [{ path, text: `the rows of ${resource.name} have no labels` }];
  const titles = resource.columns.map(({ title }) => title);
  const near = suggestionFor(spec.name.toUpperCase(), titles) || ` It has ${titles.join(', ')}.`;
  return [{ path, text: `${resource.name} has no column "${spec.name}".${near}` }];
}
