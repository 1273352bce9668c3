import { bytes, percent, plural } from '../../lib/format.ts';
import { safe } from '../../lib/text.ts';
import { textKeys } from '../../ui/text-view/TextView.tsx';
import { useCatalogue } from '../shared/catalogue.ts';
import { useServices } from '../shared/services.ts';
import type { Page, PageProps } from '../shared/views.ts';
import { aliasLines, helpLines } from './help.ts';
import { Text } from './Text.tsx';

export const helpPage: Page = {
  name: 'help',
  command: { names: ['help', '?', 'h'], argument: '', help: 'keys' },
  keys: [textKeys],
  Component: Help,
};

function Help({ width, height }: PageProps) {
  return (
    <Text
      title=" Help "
      file="help.txt"
      lines={helpLines(useCatalogue().groups, width - 4)}
      width={width}
      height={height}
    />
  );
}

export const aliasPage: Page = {
  name: 'aliases',
  command: { names: ['alias', 'a', 'aliases'], argument: '', help: 'commands and their aliases' },
  keys: [textKeys],
  Component: Aliases,
};

function Aliases({ width, height }: PageProps) {
  return (
    <Text
      title=" Commands "
      file="commands.txt"
      lines={aliasLines(useCatalogue().commands)}
      width={width}
      height={height}
    />
  );
}

export const selfPage: Page = {
  name: 'self',
  command: { names: ['self'], argument: '', help: 'what the console itself costs' },
  keys: [textKeys],
  Component: Self,
};

/** What the console costs and holds: for the long watch. */
function Self({ world, width, height }: PageProps) {
  const services = useServices();
  const { cpuPercent, bytesPerSecond, rss, stretch } = services.cost();
  const { state } = world;
  const memory = process.memoryUsage();
  const rows: readonly [string, string][] = [
    ['CPU', cpuPercent === undefined ? 'not measured yet' : `${percent(cpuPercent)} of one CPU`],
    ['Terminal', bytesPerSecond === undefined ? 'not measured yet' : `${bytes(bytesPerSecond)} a second`],
    ['Rates', stretch > 1 ? `${stretch.toFixed(1)} times slower, to stay within the budget` : 'as set'],
    ['Memory', `${bytes(rss)} resident, ${bytes(memory.heapUsed)} heap`],
    ['Node', process.version],
    ['Engine', services.endpoint()],
    ['Connection', state.connection.state],
    ['Containers', String(state.containers.size)],
    ['Sampled', String(state.usage.size)],
    ['Timeline', plural(state.timeline.length, 'entry', 'entries')],
    ['Revision', String(state.revision)],
  ];
  const lines = rows.map(([name, value]) => ({ text: name.padEnd(12) + safe(value), label: 12 }));
  return <Text title=" Self " file="self.txt" lines={lines} width={width} height={height} />;
}
