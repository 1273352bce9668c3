import { useEffect, useEffectEvent, useState } from 'react';
import { stringify } from 'yaml';
import { errorWithAdvice } from '../../lib/error.ts';
import { containerId } from '../../lib/ids.ts';
import { maskSecrets } from '../../lib/secrets.ts';
import { fit, safe, width as widthOf } from '../../lib/text.ts';
import type { CellContext } from '../../resources/resource.ts';
import { type TextLine, textKeys } from '../../ui/text-view/TextView.tsx';
import { useKeyedMemo } from '../../ui/use-keyed-memo.ts';
import { type AppServices, useServices } from '../shared/services.ts';
import type { ViewDefinition, ViewOf, ViewProps } from '../shared/views.ts';
import { describeContainer, describeService } from './describe.ts';
import { layerLines } from './layer-lines.ts';
import { Text } from './Text.tsx';

type Asked = { lines: readonly TextLine[]; at?: number; live: boolean };

/** Asks the engine for a text, once, or at every poll while it is live. What is asked for does not change while it is mounted. */
function useAsked(
  ask: (services: AppServices, signal: AbortSignal) => Promise<TextLine[]>,
): Asked & { toggle(): void } {
  const services = useServices();
  const [asked, setAsked] = useState<Asked>({ lines: [{ text: 'Loading …', tone: 'dim' }], live: false });
  const { live } = asked;
  const asking = useEffectEvent(ask);
  useEffect(() => {
    const ending = new AbortController();
    let cancel = () => {};
    const run = async () => {
      const lines = await asking(services, ending.signal).catch((error: unknown): TextLine[] => [
        { text: safe(errorWithAdvice(error)), tone: 'bad' },
      ]);
      if (ending.signal.aborted) return;
      setAsked((before) => ({ ...before, lines, at: services.clock.now() }));
      if (live) cancel = services.clock.after(services.settings.engine.poll * 1000, run);
    };
    void run();
    return () => {
      cancel();
      ending.abort();
    };
  }, [services, live]);
  return { ...asked, toggle: () => setAsked((before) => ({ ...before, live: !before.live })) };
}

export const textView: ViewDefinition<ViewOf<'text'>> = {
  title: ({ name }) => name,
  keys: () => [textKeys],
  /** Lines that are known already. */
  Component({ view: { name, lines }, width, height }) {
    const file = `${name.replaceAll(/[^\w.-]+/g, '-')}.txt`;
    return (
      <Text title={` ${name} `} file={file} lines={lines.map((text) => ({ text }))} width={width} height={height} />
    );
  },
};

export const readView: ViewDefinition<ViewOf<'read'>> = {
  title: ({ name }) => name,
  keys: () => [textKeys],
  Component: Read,
};

/** A text that is asked for, such as a file of a volume. */
function Read({ view: { name, read }, width, height }: Pick<ViewProps<ViewOf<'read'>>, 'view' | 'width' | 'height'>) {
  const asked = useAsked(async (services, signal) => (await services.read(read, signal)).map((text) => ({ text })));
  return (
    <Text
      title={` ${name} `}
      file={name.replaceAll(/[^\w.-]+/g, '-')}
      lines={asked.lines.length === 0 ? [{ text: 'It is empty.', tone: 'dim' }] : asked.lines}
      note={asked.live ? 'live' : ''}
      onRefresh={asked.toggle}
      width={width}
      height={height}
    />
  );
}

export const yamlView: ViewDefinition<ViewOf<'yaml'>> = {
  title: ({ name }) => `yaml ${name}`,
  keys: () => [textKeys],
  Component: Yaml,
};

function Yaml({
  view: { about, name },
  width,
  height,
}: Pick<ViewProps<ViewOf<'yaml' | 'describe'>>, 'view' | 'width' | 'height'>) {
  const asked = useAsked(async (services, signal) => yamlLines(await services.inspect(about, signal)));
  return (
    <Text
      title={` YAML(${name}) `}
      file={`${name}.yaml`}
      lines={asked.lines}
      note={asked.live ? 'live' : ''}
      onRefresh={asked.toggle}
      width={width}
      height={height}
    />
  );
}

const KEY = /^(\s*(?:- )?[^\s:][^:]*:)( |$)/;

function yamlLines(value: unknown): TextLine[] {
  const text = stringify(maskSecrets(value), { lineWidth: 0, aliasDuplicateObjects: false });
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const shown = line.replace(/^\s+/, (indent) => ' '.repeat(indent.length)).replace(/\t/g, '  ');
      return { text: safe(shown), label: KEY.exec(shown)?.[1]?.length };
    });
}

export const layersView: ViewDefinition<ViewOf<'layers'>> = {
  title: ({ name }) => `layers ${name}`,
  keys: () => [textKeys],
  Component: Layers,
};

function Layers({ view: { image, name }, world, width, height }: ViewProps<ViewOf<'layers'>>) {
  const asked = useAsked(async (services, signal) =>
    layerLines(image, await services.layers(image, signal), world.state.now),
  );
  return (
    <Text
      title={` Layers(${name}) `}
      file={`${name.replaceAll(/[^\w.-]+/g, '-')}-layers.txt`}
      lines={asked.lines}
      onRefresh={asked.toggle}
      note={asked.live ? 'live' : ''}
      width={width}
      height={height}
    />
  );
}

export const processesView: ViewDefinition<ViewOf<'processes'>> = {
  title: ({ name }) => `top ${name}`,
  keys: () => [textKeys],
  Component: Processes,
};

function Processes({ view: { containers, name }, width, height }: ViewProps<ViewOf<'processes'>>) {
  const asked = useAsked(async (services, signal) => {
    const running = containers.filter((id) => services.store.get().containers.get(id)?.state === 'running');
    if (running.length === 0)
      return [{ text: `${name} has no processes: none of its containers is running.`, tone: 'warn' }];
    const tables = await Promise.all(running.map((id) => services.processes(id, signal)));
    return tables.flatMap(({ titles, rows }) => tableLines(titles, rows));
  });
  return (
    <Text
      title={` Processes(${name}) `}
      file={`${name}-top.txt`}
      lines={asked.lines}
      note={asked.live ? 'live' : ''}
      onRefresh={asked.toggle}
      width={width}
      height={height}
    />
  );
}

function tableLines(titles: readonly string[], rows: readonly (readonly string[])[]): TextLine[] {
  const all = [titles, ...rows].map((row) => row.map(safe));
  const widths = titles.map((_, column) => Math.min(24, Math.max(...all.map((row) => widthOf(row[column] ?? '')))));
  const last = titles.length - 1;
  return all.map((row, index) => ({
    text: row.map((cell, column) => (column === last ? cell : fit(cell, widths[column] ?? 0))).join('  '),
    tone: index === 0 ? ('title' as const) : undefined,
  }));
}

export const describeView: ViewDefinition<ViewOf<'describe'>> = {
  title: ({ name }) => `describe ${name}`,
  keys: () => [textKeys],
  Component: Describe,
};

/** Describe follows the desk by itself; what is not a container or service of the desk is shown as YAML. */
function Describe({ view, world, width, height }: ViewProps<ViewOf<'describe'>>) {
  const { desk, state } = world;
  // Long texts are masked and cleaned: not for every key, but when something may have changed.
  const key = [view, desk, state.containers, state.now];
  const lines = useKeyedMemo(key, () => describedLines(view, world));
  if (!lines) return <Yaml view={view} width={width} height={height} />;
  return (
    <Text title={` Describe(${view.name}) `} file={`${view.name}.txt`} lines={lines} width={width} height={height} />
  );
}

function describedLines({ about, service }: ViewOf<'describe'>, world: CellContext): TextLine[] | undefined {
  const container = about.kind === 'container' ? world.state.containers.get(containerId(about.id)) : undefined;
  const owner = service === undefined ? undefined : world.desk.byId.get(service);
  if (owner && (about.kind === 'service' || owner.containers[0]?.id === about.id)) return describeService(owner, world);
  if (container) return describeContainer(container, world);
  return about.kind === 'container'
    ? [{ text: 'It is gone: the engine no longer has this container.', tone: 'warn' }]
    : undefined;
}
