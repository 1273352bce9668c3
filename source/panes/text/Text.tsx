import { type TextLine, TextView } from '../../ui/text-view/TextView.tsx';
import { useControls } from '../shared/console-context.ts';

export type TextProps = {
  title: string;
  /** Name of the file that `ctrl-s` saves to. */
  file: string;
  lines: readonly TextLine[];
  note?: string;
  onRefresh?: () => void;
  width: number;
  height: number;
};

/** A text on the whole screen with its keys. */
export function Text({ file, lines, ...rest }: TextProps) {
  const controls = useControls();
  const whole = () => lines.map(({ text }) => text).join('\n');
  return (
    <TextView
      lines={lines}
      onSearch={controls.search}
      onCopy={() => controls.copy(whole())}
      onSave={() => controls.save(file, `${whole()}\n`)}
      {...rest}
    />
  );
}
