import { engineTarget, type Target } from '../../actions/action.ts';
import type { PruneWhat } from '../../actions/prune-select.ts';
import { containersOf } from '../../actions/targets.ts';
import type { EngineId } from '../../lib/ids.ts';
import type { CellContext, Opening } from '../../resources/resource.ts';
import type { Handlers } from '../../ui/keymap.ts';
import type { TableState } from '../../ui/table/table-state.ts';
import { useKeys } from '../../ui/use-keys.tsx';
import { type Controls, useControls } from '../shared/console-context.ts';
import { storageKeys, tableKeys, workloadKeys } from '../shared/keys.ts';
import { useServices } from '../shared/services.ts';
import { csvOf } from './csv.ts';
import type { LiveTable } from './use-table.ts';

/** What the row under the cursor (or the marked ones) can do; `hold` puts the cursor on it for good. */
export function useRowKeys(
  table: LiveTable,
  state: TableState,
  world: CellContext,
  active: boolean,
  onOpen: (opening: Opening) => void,
  hold: () => void = () => {},
): void {
  const host = useServices();
  const controls = useControls();
  const { resource, rows, current } = table;
  const row = rowOf(table, world);
  const { name, about, service, containers, opening } = row;
  const change = (run: (target: Target, note?: string) => unknown) => () => {
    const aim = aimOf(table, state, world.state.engineId);
    return aim === undefined ? false : run(aim.target, aim.note);
  };
  const plan = (action: string) => change((target, note) => controls.plan(action, target, { note }));
  useKeys(
    tableKeys,
    holding(hold, {
      open: () => (opening ? onOpen(opening) : false),
      describe: () => {
        if (about) return controls.open({ kind: 'describe', about, name, service });
        return opening?.open === 'text' ? onOpen(opening) : false;
      },
      yaml: () => (about ? controls.open({ kind: 'yaml', about, name }) : false),
      copy: () => (name === '' ? false : controls.copy(name)),
      save: () => controls.save(`${resource.name}.csv`, csvOf(resource, rows, world, state.wide)),
      owner: () => (service ? onOpen({ open: 'table', resource: 'containers', scope: { service } }) : false),
    }),
    { layer: 'pane', active },
  );
  useKeys(
    workloadKeys,
    holding(hold, {
      logs() {
        const marked = markedServices(table, state, world);
        // Those that were marked, as with every action: the row under the cursor is none of them by itself.
        const first = marked?.[0] ?? service;
        return first === undefined ? false : onOpen({ open: 'logs', service: first, moment: row.moment, marked });
      },
      metrics: () => (service ? controls.open({ kind: 'pane', pane: 'metrics', service }) : false),
      timeline: () => (service ? onOpen({ open: 'table', resource: 'events', scope: { service } }) : false),
      processes: () =>
        containers.length > 0 && resource.target ? controls.open({ kind: 'processes', containers, name }) : false,
      restart: plan('restart'),
      toggle: change((target, note) => controls.plan(isUp(target, world) ? 'stop' : 'start', target, { note })),
      scale: change((target) => {
        // Where it will be refused, how many is not asked first.
        if (target.kind === 'service' && host.readonly()) return controls.plan('scale', target);
        if (target.kind === 'service') return askReplicas(target, world, controls);
        return target.kind === 'container' ? controls.session('shell', target) : oneOnly(controls);
      }),
      attach: change((target) => (target.kind === 'marked' ? oneOnly(controls) : controls.session('attach', target))),
      kill: plan('kill'),
      remove: plan('remove'),
    }),
    { layer: 'pane', active: active && resource.service !== undefined },
  );
  useKeys(
    storageKeys,
    holding(hold, {
      prune: () =>
        controls.plan('prune', engineTarget(world.state.engineId), { args: { what: PRUNES[resource.name] } }),
      remove: () =>
        resource.name === 'volumes' && current !== undefined
          ? controls.plan('remove-volume', engineTarget(world.state.engineId), {
              args: { volume: resource.id(current) },
            })
          : false,
    }),
    { layer: 'pane', active: active && PRUNES[resource.name] !== undefined },
  );
}

/** What a key was pressed for stays under the cursor, wherever it moves: `r` and `l` mean the same row when it is well again. */
function holding<Id extends string>(hold: () => void, handlers: Handlers<Id>): Handlers<Id> {
  const held = Object.entries<((key: string) => unknown) | undefined>(handlers).map(([id, handler]) => [
    id,
    (key: string) => {
      hold();
      return handler?.(key);
    },
  ]);
  return Object.fromEntries(held);
}

/** What shift-x prunes in each table. */
const PRUNES: Readonly<Record<string, PruneWhat>> = {
  images: 'images',
  volumes: 'volumes',
  networks: 'networks',
  disk: 'system',
};

function rowOf({ resource, current }: LiveTable, world: CellContext) {
  if (current === undefined) return { name: '', containers: [] };
  return {
    name: resource.nameOf(current),
    about: resource.inspect?.(current),
    service: resource.service?.(current, world),
    moment: resource.moment?.(current),
    containers: resource.containers?.(current) ?? [],
    opening: resource.enter?.(current),
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
): readonly string[] | undefined {
  if (marks.size === 0) return undefined;
  const ids = rows.filter((row) => marks.has(resource.id(row))).flatMap((row) => resource.service?.(row, world) ?? []);
  return [...new Set(ids)];
}

function isUp(target: Target, { state, desk }: CellContext): boolean {
  return containersOf(state, desk, target).some((container) =>
    ['running', 'restarting', 'paused'].includes(container.state),
  );
}

function oneOnly(controls: Controls): void {
  controls.flash('info', 'This is for one at a time: ctrl-\\ clears the marks.');
}

function askReplicas(target: Target, world: CellContext, controls: Controls): void {
  const service = world.desk.byId.get(target.id);
  if (!service) return;
  controls.search((text) => {
    const wanted = Number(text);
    if (text.trim() === '') return;
    if (!/^\s*\d+\s*$/.test(text) || wanted > 1000)
      return controls.flash('bad', `"${text}" is no number of replicas: 0 to 1000.`);
    controls.plan('scale', target, { args: { wanted } });
  }, `replicas of ${service.name} (now ${service.running} of ${service.wanted}): `);
}
