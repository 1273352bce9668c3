import type { Action } from '../../actions/action.ts';
import { actions } from '../../actions/list.ts';
import { serviceName } from '../../desk/identity.ts';
import { serviceId } from '../../lib/ids.ts';
import type { AnyResource, CellContext } from '../../resources/resource.ts';
import type { TableState } from '../../ui/table/table-state.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { useControls } from '../shared/console-context.ts';
import { fleetKeys, hostsKeys, onManyHosts } from '../shared/keys.ts';
import { type OnHosts, useServices } from '../shared/services.ts';
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
  /** What a key does with the chosen service; false where the key means nothing here. */
  const withChosen = (use: (on: OnHosts) => boolean) => () => {
    const on = onHosts && chosen(table, state, onHosts);
    if (typeof on !== 'string') return on !== undefined && use(on);
    controls.flash('warn', on);
    return true;
  };
  const act = (key: string) =>
    withChosen((on) => {
      const action = actionFor(key, on, world);
      if (action === undefined) return false;
      hold();
      controls.planOnHosts(action, on);
      return true;
    });
  const logs = withChosen((over) => {
    controls.open({ kind: 'pane', pane: 'logs', service: serviceId(''), over });
    return true;
  });
  const handlers = Object.fromEntries(Object.keys(hostsKeys.bindings).map((id) => [id, act(id)]));
  useKeys(hostsKeys, { ...handlers, logs }, { layer: 'pane', active: active && onHosts !== undefined });
  usePinning(table, state, active);
}

/** Pins the marked hosts, or the one under the cursor; where all of them are, they are so no longer. */
function usePinning({ resource, current }: LiveTable, { marks }: TableState, active: boolean): void {
  const { fleet } = useServices();
  const controls = useControls();
  const isHosts = resource.ofHosts === true;
  const pin = () => {
    const { hosts } = fleet.get();
    const wanted = marks.size > 0 ? [...marks] : current === undefined ? [] : [resource.id(current)];
    const named = hosts.filter(({ spec }) => wanted.includes(spec.name));
    if (named.length === 0) return false;
    const isOn = !named.every(({ pinned }) => pinned);
    fleet.pin(hosts.filter((host) => (named.includes(host) ? isOn : host.pinned)).map(({ spec }) => spec.name));
    const names = named.map(({ spec }) => spec.name).join(', ');
    controls.flash('info', isOn ? `Pinned: ${names} is read every ten seconds.` : `No longer pinned: ${names}.`);
    return true;
  };
  useKeys(fleetKeys, { pin }, { layer: 'pane', active: active && isHosts });
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
