import { Box } from 'ink';
import { useEffect, useState } from 'react';
import { errorWithAdvice } from '../../lib/error.ts';
import { age } from '../../lib/format.ts';
import { resourceOf } from '../../resources/registry.ts';
import type { AnyResource, TableScope } from '../../resources/resource.ts';
import { Lines } from '../../ui/Frame.tsx';
import type { KeyGroup } from '../../ui/keymap.ts';
import { useTheme } from '../../ui/theme-context.ts';
import { useControls } from '../shared/console-context.ts';
import { fleetKeys, hostsKeys, storageKeysFor, tableKeys, treeKeys, workloadKeys } from '../shared/keys.ts';
import { useServices } from '../shared/services.ts';
import type { ViewDefinition, ViewOf, ViewProps } from '../shared/views.ts';
import { TablePane } from './TablePane.tsx';
import { useTable, useVacancy } from './use-table.ts';

export const tableView: ViewDefinition<ViewOf<'table'>> = {
  title: ({ resource }) => resource,
  keys: ({ resource }) => [...rowKeys(resource), tableKeys],
  needsEngine: true,
  Component({ view, ...props }) {
    const resource = resourceOf(view.resource);
    return resource ? <TableScreen resource={resource} scope={view.scope} {...props} /> : null;
  },
};

function rowKeys(name: string): readonly KeyGroup[] {
  const resource = resourceOf(name);
  if (resource?.unused !== undefined || resource?.on !== undefined)
    return [storageKeysFor([...(resource.on ?? []), ...(resource.unused === undefined ? [] : (['unused'] as const))])];
  if (resource?.onHosts !== undefined) return [hostsKeys];
  if (resource?.ofHosts) return [fleetKeys];
  if (resource?.tree !== undefined) return [treeKeys, workloadKeys];
  return resource?.target === undefined ? [] : [workloadKeys];
}

type TableScreenProps = Omit<ViewProps<ViewOf<'table'>>, 'view'> & { resource: AnyResource; scope: TableScope };

/** A table on the whole screen; rows that are not on the desk are requested from the engine. */
function TableScreen({ resource, scope, world, table: state, dispatch, width, height }: TableScreenProps) {
  const fetched = useFetched(resource, scope);
  useHosts(resource);
  const theme = useTheme();
  const strip = (resource.strip?.(world, width, theme) ?? []).slice(0, Math.max(0, Math.floor(height / 4)));
  const rows = useTable(resource, scope, state, world, resource.fetch ? fetched.rows : undefined);
  useVacancy(rows, dispatch);
  const service = scope.service === undefined ? undefined : world.desk.byId.get(scope.service);
  const note = fetched.at === undefined ? '' : `${age(world.state.now - fetched.at)} old`;
  const pane = (
    <TablePane
      table={rows}
      state={state}
      dispatch={dispatch}
      world={world}
      scopeName={service?.name ?? scope.service ?? scope.project ?? placeOf(scope) ?? world.project ?? 'all'}
      note={note}
      asking={resource.fetch === undefined || fetched.rows !== NONE ? undefined : (fetched.failed ?? 'Loading …')}
      width={width}
      height={height - strip.length}
      focused
    />
  );
  if (strip.length === 0) return pane;
  return (
    <Box flexDirection="column">
      <Lines rows={strip} width={width} height={strip.length} />
      {pane}
    </Box>
  );
}

/** A table about many engines connects to them when it is opened. */
function useHosts({ hosts }: AnyResource): void {
  const { fleet } = useServices();
  useEffect(() => {
    if (hosts !== undefined) fleet.open(hosts);
  }, [fleet, hosts]);
}

const NONE: readonly unknown[] = [];

type Fetched = { rows: readonly unknown[]; at?: number; failed?: string };

function placeOf({ volume, path = '' }: TableScope): string | undefined {
  return volume === undefined ? undefined : `${volume}${path}`;
}

/** Requests rows when the table is opened and at every poll while it is visible; if that fails, old rows stay and the error is shown. */
function useFetched(resource: AnyResource, scope: TableScope): Fetched {
  const host = useServices();
  const controls = useControls();
  const [fetched, setFetched] = useState<Fetched>({ rows: NONE });
  useEffect(() => {
    if (!resource.fetch) return;
    const ending = new AbortController();
    let cancel = () => {};
    const run = async () => {
      try {
        const rows = await host.rows(resource, ending.signal, scope);
        if (!ending.signal.aborted) setFetched({ rows, at: host.clock.now() });
      } catch (error) {
        if (!ending.signal.aborted) {
          const failed = errorWithAdvice(error);
          setFetched((before) => ({ ...before, failed }));
          controls.flash('bad', failed);
        }
      }
      if (!ending.signal.aborted) cancel = host.clock.after(resource.everyMs ?? host.settings.engine.poll * 1000, run);
    };
    void run();
    return () => {
      cancel();
      ending.abort();
    };
  }, [host, controls, resource, scope]);
  return fetched;
}
