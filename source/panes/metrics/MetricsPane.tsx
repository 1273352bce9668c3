import { useEffect, useSyncExternalStore } from 'react';
import type { Service } from '../../desk/model.ts';
import type { World } from '../../resources/resource.ts';
import { Frame } from '../../ui/Frame.tsx';
import { safe } from '../../ui/text.ts';
import { useTheme } from '../../ui/theme-context.ts';
import { useHost } from '../host.ts';
import { metricRows } from './metric-rows.ts';

export type MetricsPaneProps = {
  service: Service | undefined;
  world: World;
  width: number;
  height: number;
  focused: boolean;
  note?: string;
};

const nothing = () => () => {};
const never = () => 0;

/** The numbers of the selected service: of its containers and of its programs. */
export function MetricsPane({ service, world, width, height, focused, note }: MetricsPaneProps) {
  const theme = useTheme();
  const { metrics, clock } = useHost();
  useSyncExternalStore(metrics?.subscribe ?? nothing, metrics?.revision ?? never);
  const containers = (service?.containers ?? []).map(({ id }) => id);
  const watched = containers.join(' ');
  useEffect(() => {
    metrics?.watch(watched === '' ? [] : watched.split(' '));
    return () => metrics?.watch([]);
  }, [metrics, watched]);
  const rows =
    service === undefined || metrics === undefined
      ? [theme.paint('dim', ' no service selected')]
      : metricRows({
          service,
          readings: world.state.usage,
          usage: metrics.usage,
          sources: metrics.sources(containers),
          intervalMs: metrics.scraper.intervalMs,
          now: clock.now(),
          width: width - 2,
          theme,
        });
  return (
    <Frame
      title={` Metrics(${service ? safe(service.name) : '-'}) `}
      note={note}
      width={width}
      height={height}
      focused={focused}
      rows={rows}
    />
  );
}
