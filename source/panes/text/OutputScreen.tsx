import { useSyncExternalStore } from 'react';
import { textKeys } from '../../ui/text-view/TextView.tsx';
import { useKeyOf } from '../../ui/use-keys.ts';
import { everywhereKeys } from '../shared/keys.ts';
import type { ViewDefinition, ViewOf, ViewProps } from '../shared/views.ts';
import { Text } from './Text.tsx';

export const outputView: ViewDefinition<ViewOf<'output'>> = {
  title: ({ name, title }) => `${title} ${name}`,
  keys: () => [textKeys],
  Component: OutputScreen,
};

/** The output of a command, while it runs and afterwards. */
function OutputScreen({ view: { output, name, title }, width, height }: ViewProps<ViewOf<'output'>>) {
  const { lines, ended } = useSyncExternalStore(output.subscribe, output.seen);
  const cancelKey = useKeyOf(everywhereKeys, 'cancel');
  const nothing = ended === undefined ? 'No output yet.' : 'No output.';
  return (
    <Text
      title={` ${title.charAt(0).toUpperCase()}${title.slice(1)}(${name}) `}
      note={ended ?? `running; ${cancelKey} cancels`}
      lines={lines.length === 0 ? [{ text: nothing, tone: 'dim' }] : lines}
      file={`${title}.txt`}
      width={width}
      height={height}
    />
  );
}
