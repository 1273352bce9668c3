import type { Service } from '../../desk/model.ts';
import type { World } from '../../resources/resource.ts';
import { Frame } from '../../ui/Frame.tsx';
import { safe } from '../../ui/text.ts';
import { useTheme } from '../../ui/theme-context.ts';
import { healthRows } from './health-rows.ts';

export type HealthPaneProps = {
  service: Service | undefined;
  world: World;
  width: number;
  height: number;
  focused: boolean;
  note?: string;
};

export function HealthPane({ service, world, width, height, focused, note }: HealthPaneProps) {
  const theme = useTheme();
  const rows = service ? healthRows(service, world, theme) : [theme.paint('dim', ' no service selected')];
  return (
    <Frame
      title={` Health(${service ? safe(service.name) : '-'}) `}
      note={note}
      width={width}
      height={height}
      focused={focused}
      rows={rows}
    />
  );
}
