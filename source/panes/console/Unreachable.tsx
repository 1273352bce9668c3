import type { EngineError } from '../../engine/engine.ts';
import { safe, wrap } from '../../lib/text.ts';
import { Frame } from '../../ui/Frame.tsx';
import { withKeys } from '../../ui/key-words.ts';
import { useTheme } from '../../ui/theme-context.ts';
import { useBoundGroups } from '../../ui/use-keys.ts';
import { useServices } from '../shared/services.ts';

/** No engine has answered yet: why, and what to do. The console keeps trying. */
export function Unreachable({ why, width, height }: { why: EngineError; width: number; height: number }) {
  const theme = useTheme();
  const host = useServices();
  const bound = useBoundGroups();
  const wrapped = (text: string) => wrap(safe(text), Math.max(10, width - 6));
  const rows = [
    '',
    ...wrapped(why.message).map((line) => theme.paint('bad', line)),
    '',
    ...wrapped(why.advice),
    '',
    ...wrapped(
      withKeys(
        `Tried: ${host.endpoint()}. Retrying automatically; {everywhere.refresh} retries now, :ctx NAME uses another docker context.`,
        bound,
      ),
    ),
    ...wrapped('"deskhand demo" shows the console on a simulated engine; "deskhand doctor" checks what it needs.'),
  ];
  return <Frame title=" No engine " width={width} height={height} focused rows={rows.map((row) => `  ${row}`)} />;
}
