import type { Action } from '../../actions/action.ts';
import { actions } from '../../actions/list.ts';
import { serviceName } from '../../desk/identity.ts';
import type { AnyResource, CellContext } from '../../resources/resource.ts';
import type { TableState } from '../../ui/table/table-state.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { useControls } from '../shared/console-context.ts';
import { hostsKeys, onManyHosts } from '../shared/keys.ts';
import type { OnHosts } from '../shared/services.ts';
import type { LiveTable } from './use-table.ts';

/** Binds the actions on services of many hosts, for tables whose rows have such; `hold` puts the cursor on its row for good. */
export function useHostsKeys(
  table: LiveTable,
  state: TableState,
  world: CellContext,
  active: boolean,
  hold: () => void,
): void {
  const controls = useControls();
  const { onHosts } = table.resource;
  const act = (key: string) => () => {
    const on = onHosts && chosen(table, state, onHosts);
    if (on === undefined) return false;
    if (typeof on === 'string') return controls.flash('warn', on);
    const action = actionFor(key, on, world);
    if (action === undefined) return false;
    hold();
    controls.planOnHosts(action, on);
  };
  const handlers = Object.fromEntries(Object.keys(hostsKeys.bindings).map((id) => [id, act(id)]));
  useKeys(hostsKeys, handlers, { layer: 'pane', active: active && onHosts !== undefined });
}

/** The marked rows as one service on all their hosts, else the row under the cursor; or why they are not that. */
function chosen(
  { rows, ids, current }: LiveTable,
  { marks }: TableState,
  onHosts: NonNullable<AnyResource['onHosts']>,
): OnHosts | string | undefined {
  if (marks.size === 0) return current === undefined ? undefined : onHosts(current);
  const hidden = [...marks].filter((id) => !ids.includes(id)).length;
  if (hidden > 0) return `${hidden} of the ${marks.size} marked rows are hidden by the filter: clear it, or the marks.`;
  const all = rows.flatMap((row, at) => (marks.has(ids[at] ?? '') ? [onHosts(row)] : []));
  const services = [...new Set(all.map(({ service }) => service))];
  const [service] = services;
  if (service === undefined) return undefined;
  if (services.length > 1) return `Several services are marked (${services.join(', ')}): mark one on many hosts.`;
  return { service, hosts: [...new Set(all.flatMap(({ hosts }) => hosts))] };
}

/** The action that a key means on the first of the hosts. */
function actionFor(key: string, { service: name, hosts }: OnHosts, { fleet }: CellContext): Action | undefined {
  const possible = actions.filter((action) => action.key?.id === key && onManyHosts(action));
  const host = fleet?.hosts.find(({ spec }) => spec.name === hosts[0]);
  const service = host?.desk?.services.find((one) => serviceName(one) === name);
  if (!host?.desk || !service) return possible[0];
  const target = { engine: host.spec.name, kind: 'service', id: service.id } as const;
  const where = { state: host.deskState, desk: host.desk, target };
  return possible.find((action) => action.applies?.(where) ?? true) ?? possible[0];
}
