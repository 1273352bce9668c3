import type { Action, Target } from '../../actions/action.ts';
import { actions } from '../../actions/list.ts';
import { askedFor } from '../../actions/parameters.ts';
import type { Service } from '../../desk/model.ts';
import type { EngineId, ServiceId } from '../../lib/ids.ts';
import type { AnyResource, CellContext, Inspectable, LocalInspectable } from '../../resources/resource.ts';
import { services } from '../../resources/services.ts';
import type { Handlers, KeyGroup } from '../../ui/keymap.ts';
import { initialTable, type TableState } from '../../ui/table/table-state.ts';
import { useBoundGroups, useKeys } from '../../ui/use-keys.ts';
import { askParameters } from '../shared/ask-parameters.ts';
import { type Controls, useControls } from '../shared/console-context.ts';
import { storageKeys, tableKeys, workloadKeys } from '../shared/keys.ts';
import { useServices } from '../shared/services.ts';
import { csvOf } from './csv.ts';
import { boundItems, otherItems } from './row-menu.ts';
import { usePluginKeys, usePlugins } from './use-plugins.ts';
import type { LiveTable } from './use-table.ts';

/** What the row under the cursor (or the marked ones) can do, by the names of the bindings. */
function useRowActions(table: LiveTable, state: TableState, world: CellContext) {
  const host = useServices();
  const controls = useControls();
  const bound = useBoundGroups();
  const { resource, rows } = table;
  const row = rowOf(table, world);
  const unused: Target | undefined =
    resource.unused === undefined ? undefined : { engine: world.state.engineId, kind: 'unused', id: resource.unused };
  const { name, about, service, containers, opening } = row;
  const act = (key: string, whole?: Target) => () => {
    const aim = whole === undefined ? aimOf(table, state, world.state.engineId) : { target: whole };
    if (aim === undefined) return false;
    const { target, note } = aim;
    const action = actionFor(key, target, world);
    if (action === undefined) return target.kind === 'marked' ? oneOnly(controls) : false;
    plan(action, target, note);
  };
  const plan = (action: Action, target: Target, note?: string) => {
    // Where it will be refused, nothing is asked first.
    if ((action.choices || askedFor(action).length > 0) && !host.readonly())
      return askParameters(action, target, { host, world, controls });
    controls.plan(action, target, { note });
  };
  const lines = table.current === undefined ? undefined : resource.details?.(table.current, world);
  const text = lines ? { open: 'text' as const, name, lines } : opening?.open === 'text' ? opening : undefined;
  const views: Handlers = {
    open: opening && (() => controls.follow(opening)),
    describe: about
      ? () => controls.open({ kind: 'describe', about, name, service })
      : text && (() => controls.follow(text)),
    yaml: about && (() => controls.open({ kind: 'yaml', about, name })),
    copy: name === '' ? undefined : () => controls.copy(name),
    owner: service ? () => controls.follow({ open: 'table', resource: 'containers', scope: { service } }) : undefined,
  };
  const marked = markedServices(table, state, world) ?? row.services;
  // Those that were marked, as with every action: the row under the cursor is not one of them by itself.
  const first = marked?.[0] ?? service;
  const ofService = (service: ServiceId): Handlers => ({
    previousLogs: () => controls.follow({ open: 'logs', service, previous: true }),
    metrics: () => controls.open({ kind: 'pane', pane: 'metrics', service }),
    timeline: () => controls.follow({ open: 'table', resource: 'events', scope: { service } }),
  });
  const workload: Handlers = {
    logs:
      first === undefined
        ? undefined
        : () => controls.follow({ open: 'logs', service: first, moment: row.moment, marked }),
    ...(service === undefined ? {} : ofService(service)),
    processes:
      containers.length > 0 && resource.target
        ? () => controls.open({ kind: 'processes', containers, name })
        : undefined,
    ...actionHandlers(['service', 'container', 'project', 'marked'], act),
  };
  const storage = storageHandlers(resource, unused, act);
  const plugins = usePlugins(table, state, world);
  const isStored = unused !== undefined || resource.on !== undefined;
  const isWorkload = resource.service !== undefined || (resource.target !== undefined && !isStored);
  const menu = () => {
    if (name === '') return false;
    const aim = aimOf(table, state, world.state.engineId);
    const limits = { readonly: host.readonly(), lost: world.state.connection.state === 'lost' };
    const as = (group: KeyGroup, handlers: Handlers) => boundItems(bound.get(group.name) ?? group, handlers, limits);
    const acts = !limits.readonly && !limits.lost;
    const others = aim && acts ? otherItems(aim.target, world, (action) => plan(action, aim.target, aim.note)) : [];
    return controls.menu(aim?.target.kind === 'marked' ? `${state.marks.size} marked rows` : name, [
      ...(isWorkload ? as(workloadKeys, workload) : []),
      ...(isStored ? as(storageKeys, storage) : []),
      ...as(tableKeys, views),
      ...others,
      ...(limits.readonly ? [] : plugins),
    ]);
  };
  const save = () => controls.save(`${resource.name}.csv`, csvOf(resource, rows, world, state.wide));
  return { views: { ...views, menu, save }, workload, storage, isWorkload, isStorage: isStored, plugins };
}

/** Binds what the rows of a table can do; `hold` puts the cursor on its row for good. */
export function useRowKeys(
  table: LiveTable,
  state: TableState,
  world: CellContext,
  active: boolean,
  hold: () => void = () => {},
): void {
  const { views, workload, storage, isWorkload, isStorage, plugins } = useRowActions(table, state, world);
  usePluginKeys(plugins, active, hold);
  useKeys(tableKeys, holding(hold, views), { layer: 'pane', active });
  useKeys(workloadKeys, holding(hold, workload), { layer: 'pane', active: active && isWorkload });
  useKeys(storageKeys, holding(hold, storage), { layer: 'pane', active: active && isStorage });
}

const SERVICES: AnyResource = services;
const NO_WIDTHS: ReadonlyMap<string, number> = new Map();
const NO_MARKS = initialTable(SERVICES.sort);

/** The table of one service, for the panes that are about it. */
function tableOf(service: Service | undefined): LiveTable {
  const rows = service ? [service] : [];
  const ids = rows.map(({ id }) => id);
  return { resource: SERVICES, rows, ids, fitted: NO_WIDTHS, total: rows.length, current: service };
}

/** Keys act on a service in its panes as they do in its row. */
export function useServiceKeys(service: Service | undefined, world: CellContext, active: boolean): void {
  useRowKeys(tableOf(service), NO_MARKS, world, active);
}

/** What can be done with a service, for panes that have few keys left for it. */
export function useServiceActions(
  service: Service | undefined,
  world: CellContext,
): Pick<Handlers, 'menu' | 'restart'> {
  const { views, workload } = useRowActions(tableOf(service), NO_MARKS, world);
  return { menu: views.menu, restart: workload.restart };
}

/** What a key was pressed for stays under the cursor, wherever it moves: `r` and `l` mean the same row when it is well again. */
function holding<Id extends string>(hold: () => void, handlers: Handlers<Id>): Handlers<Id> {
  const held = Object.entries<((key: string) => unknown) | undefined>(handlers).map(([id, handler]) => [
    id,
    handler &&
      ((key: string) => {
        hold();
        return handler(key);
      }),
  ]);
  return Object.fromEntries(held);
}

/** The action that a key means on a target. */
function actionFor(key: string, target: Target, { state, desk }: CellContext): Action | undefined {
  const possible = actions.filter((action) => action.key?.id === key && action.on.includes(target.kind));
  return possible.find((action) => action.applies?.({ state, desk, target }) ?? true) ?? possible[0];
}

/** Handlers for the keys of the actions that apply to these kinds of targets. */
function actionHandlers(on: Action['on'], act: (key: string) => () => unknown): Handlers {
  const keys = actions.filter((action) => action.on.some((kind) => on.includes(kind))).flatMap(({ key }) => key ?? []);
  return Object.fromEntries(keys.map(({ id }) => [id, act(id)]));
}

/** Handlers of rows that are no services or containers, and of what their table can prune. */
function storageHandlers(
  { on = [] }: AnyResource,
  unused: Target | undefined,
  act: (key: string, whole?: Target) => () => unknown,
): Handlers {
  const prune = unused === undefined ? {} : actionHandlers(['unused'], (key) => act(key, unused));
  return { ...actionHandlers(on, act), ...prune };
}

function withEngine(about: LocalInspectable | undefined, { state }: CellContext): Inspectable | undefined {
  return about && { ...about, engine: state.engineId };
}

function rowOf({ resource, current }: LiveTable, world: CellContext) {
  if (current === undefined) return { name: '', containers: [] };
  return {
    name: resource.nameOf(current),
    about: withEngine(resource.inspect?.(current), world),
    service: resource.service?.(current, world),
    services: resource.services?.(current),
    moment: resource.moment?.(current),
    containers: resource.containers?.(current) ?? [],
    opening: resource.enter?.(current, world),
  };
}

/** The marked rows where there are some, else the one under the cursor. */
function aimOf(
  { resource, rows, ids, current }: LiveTable,
  { marks }: TableState,
  engine: EngineId,
): { target: Target; note?: string } | undefined {
  if (marks.size === 0) {
    const target = current === undefined ? undefined : resource.target?.(current);
    return target && { target: { ...target, engine } };
  }
  const [first] = rows;
  const kind = first === undefined ? undefined : resource.target?.(first)?.kind;
  if (kind === undefined) return undefined;
  const hidden = [...marks].filter((id) => !ids.includes(id)).length;
  return {
    target: { engine, kind: 'marked', id: 'marked', ids: [...marks] },
    note: hidden > 0 ? `${hidden} of the ${marks.size} marked rows are hidden by the filter.` : undefined,
  };
}

/** Service ids of the marked rows, for logs of several; undefined without marks. */
function markedServices(
  { resource, rows }: LiveTable,
  { marks }: TableState,
  world: CellContext,
): readonly ServiceId[] | undefined {
  if (marks.size === 0) return undefined;
  const marked = rows.filter((row) => marks.has(resource.id(row)));
  const ids = marked.flatMap((row) => resource.services?.(row) ?? resource.service?.(row, world) ?? []);
  return [...new Set(ids)];
}

function oneOnly(controls: Controls): void {
  controls.flash('info', 'Works on one row only. Press ctrl-\\ to clear the marks.');
}
