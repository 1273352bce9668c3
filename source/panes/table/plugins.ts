import type { Target } from '../../actions/action.ts';
import type { PluginValues } from '../../actions/plugin-command.ts';
import { safe } from '../../lib/text.ts';
import type { AnyResource, CellContext } from '../../resources/resource.ts';
import { tableNamed } from '../../resources/table-views.ts';
import type { Settings } from '../../settings/schema.ts';

/** The plugins of the settings on a row of a table. Pure. */

export type NamedPlugin = { name: string; plugin: Settings['plugins'][string] };

/** Those that a table has. */
export function pluginsOf(plugins: Settings['plugins'], { name }: AnyResource): NamedPlugin[] {
  const fits = (scope: string) => scope === 'all' || tableNamed(scope)?.name === name;
  return Object.entries(plugins).flatMap(([own, plugin]) => (plugin.scopes.some(fits) ? [{ name: own, plugin }] : []));
}

/** Where the console is, for `$CONTEXT`, `$HOST` and `$FILTER`. */
export type PluginPlace = { context: string; host: string; filter: string };

/** Everything that a row can give to a command, by name; control characters are taken out of it. */
export function valuesOf(resource: AnyResource, row: unknown, world: CellContext, place: PluginPlace): PluginValues {
  const service = resource.service?.(row, world);
  const owner = service === undefined ? undefined : world.desk.byId.get(service);
  const [first] = resource.containers?.(row) ?? [];
  const container = first === undefined ? undefined : world.state.containers.get(first)?.name;
  const project = owner?.project ?? (resource.name === 'projects' ? resource.nameOf(row) : undefined) ?? '';
  const columns = resource.columns.map((column) => [
    `COL-${column.title.toUpperCase()}`,
    (column.csv ?? column.value)(row, world).trim(),
  ]);
  const fixed = {
    NAME: owner && resource.name === 'services' ? owner.name : resource.nameOf(row),
    CONTEXT: place.context,
    HOST: place.host,
    FILTER: place.filter,
    TABLE: resource.name,
    ID: resource.id(row),
    PROJECT: project,
    NAMESPACE: project,
    SERVICE: owner?.name ?? '',
    CONTAINER: container ?? '',
  };
  const all = [...columns, ...Object.entries(fixed)].map(([name = '', value = '']) => [name, safe(value)]);
  return Object.fromEntries(all) as PluginValues;
}

/** What the row is to the guards. */
export function targetOfRow(resource: AnyResource, row: unknown, { state }: CellContext): Target {
  const own = resource.target?.(row) ?? { kind: 'row', id: resource.id(row) };
  return { ...own, engine: state.engineId };
}
