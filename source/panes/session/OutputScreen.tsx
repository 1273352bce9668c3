import { useSyncExternalStore } from 'react';
import { TextView } from '../../ui/text-view/TextView.tsx';
import { useControls } from '../shared/console-context.ts';
import type { Output } from './output.ts';

export type OutputScreenProps = { output: Output; name: string; width: number; height: number };

/** The output of a command, while it runs and afterwards. */
export function OutputScreen({ output, name, width, height }: OutputScreenProps) {
  const controls = useControls();
  const { lines, ended } = useSyncExternalStore(output.subscribe, output.seen);
  const whole = () => lines.map(({ text }) => text).join('\n');
  const nothing = ended === undefined ? 'Nothing said yet.' : 'It said nothing.';
  return (
    <TextView
      title={` Exec(${name}) `}
      note={ended ?? 'running; esc cancels'}
      lines={lines.length === 0 ? [{ text: nothing, tone: 'dim' }] : lines}
      width={width}
      height={height}
      onSearch={controls.search}
      onCopy={() => controls.copy(whole())}
      onSave={() => controls.save('exec.txt', `${whole()}\n`)}
    />
  );
}
