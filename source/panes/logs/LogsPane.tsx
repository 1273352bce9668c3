import type { Service } from '../../desk/model.ts';
import type { World } from '../../resources/resource.ts';
import { Frame } from '../../ui/Frame.tsx';
import { safe } from '../../ui/text.ts';

export type LogsPaneProps = {
  service: Service | undefined;
  world: World;
  width: number;
  height: number;
  focused: boolean;
  note?: string;
};

/** Place and props of the pane in the desk; its engineer replaces the inside. */
export function LogsPane({ service, width, height, focused, note }: LogsPaneProps) {
  return (
    <Frame
      title={` Logs(${service ? safe(service.name) : '-'}) `}
      note={note}
      width={width}
      height={height}
      focused={focused}
      rows={[]}
    />
  );
}
