import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { stringify } from 'yaml';
import type { Engine } from '../../engine/engine.ts';
import { bytes, percent } from '../../lib/format.ts';
import { maskSecrets } from '../../lib/secrets.ts';
import { fit, safe, width as widthOf } from '../../lib/text.ts';
import type { CellContext, Inspectable } from '../../resources/resource.ts';
import type { KeyGroup } from '../../ui/keymap.ts';
import { type TextLine, TextView } from '../../ui/text-view/TextView.tsx';
import { errorMessage, useControls } from '../shared/console-context.ts';
import type { View } from '../shared/console-state.ts';
import { useServices } from '../shared/services.ts';
import { describeContainer, describeService } from './describe.ts';
import { aliasLines, helpLines } from './help.ts';
import { xrayLines } from './xray.ts';

type Size = { width: number; height: number };
type TextOf = { title: string; file: string; lines: readonly TextLine[]; note?: string; onRefresh?: () => void };

/** A text on the whole screen with its keys. */
function Text({ title, file, lines, note, onRefresh, width, height }: TextOf & Size) {
  const controls = useControls();
  const whole = () => lines.map(({ text }) => text).join('\n');
  return (
    <TextView
      title={title}
      note={note}
      lines={lines}
      width={width}
      height={height}
      onSearch={controls.search}
      onCopy={() => controls.copy(whole())}
      onSave={() => controls.save(file, `${whole()}\n`)}
      onRefresh={onRefresh}
    />
  );
}

type Asked = { lines: readonly TextLine[]; at?: number; live: boolean };

/** Asks the engine for a text, once, or at every poll while it is live. What is asked for does not change while it is mounted. */
function useAsked(ask: (engine: Engine, signal: AbortSignal) => Promise<TextLine[]>): Asked & { toggle(): void } {
  const host = useServices();
  const [asked, setAsked] = useState<Asked>({ lines: [{ text: 'Asking the engine …', tone: 'dim' }], live: false });
  const { live } = asked;
  const asking = useEffectEvent(ask);
  useEffect(() => {
    const ending = new AbortController();
    let cancel = () => {};
    const run = async () => {
      const lines = await asking(host.engine(), ending.signal).catch((error: unknown): TextLine[] => [
        { text: safe(errorMessage(error)), tone: 'bad' },
      ]);
      if (ending.signal.aborted) return;
      setAsked((before) => ({ ...before, lines, at: host.clock.now() }));
      if (live) cancel = host.clock.after(host.settings.engine.poll * 1000, run);
    };
    void run();
    return () => {
      cancel();
      ending.abort();
    };
  }, [host, live]);
  return { ...asked, toggle: () => setAsked((before) => ({ ...before, live: !before.live })) };
}

/** Lines that are known already. */
export function PlainScreen({ name, lines, ...size }: { name: string; lines: readonly string[] } & Size) {
  const file = `${name.replaceAll(/[^\w.-]+/g, '-')}.txt`;
  return <Text title={` ${name} `} file={file} lines={lines.map((text) => ({ text }))} {...size} />;
}

export function YamlScreen({ about, name, ...size }: { about: Inspectable; name: string } & Size) {
  const asked = useAsked(async (engine, signal) => yamlLines(await engine.inspect(about.kind, about.id, { signal })));
  return (
    <Text
      title={` YAML(${name}) `}
      file={`${name}.yaml`}
      lines={asked.lines}
      note={asked.live ? 'live' : ''}
      onRefresh={asked.toggle}
      {...size}
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

export function ProcessScreen({ containers, name, ...size }: { containers: readonly string[]; name: string } & Size) {
  const host = useServices();
  const asked = useAsked(async (engine, signal) => {
    const running = containers.filter((id) => host.store.get().containers.get(id)?.state === 'running');
    if (running.length === 0)
      return [{ text: `${name} has no processes: no container of it is running.`, tone: 'warn' }];
    const tables = await Promise.all(running.map((id) => engine.top(id, { signal })));
    return tables.flatMap(({ titles, rows }) => tableLines(titles, rows));
  });
  return (
    <Text
      title={` Processes(${name}) `}
      file={`${name}-top.txt`}
      lines={asked.lines}
      note={asked.live ? 'live' : ''}
      onRefresh={asked.toggle}
      {...size}
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

/** Describe follows the desk by itself; what is not a container or service of the desk is shown as YAML. */
export function DescribeScreen({
  view,
  world,
  ...size
}: { view: Extract<View, { kind: 'describe' }>; world: CellContext } & Size) {
  const lines = describedLines(view, world);
  if (!lines) return <YamlScreen about={view.about} name={view.name} {...size} />;
  return <Text title={` Describe(${view.name}) `} file={`${view.name}.txt`} lines={lines} {...size} />;
}

function describedLines(
  { about, service }: Extract<View, { kind: 'describe' }>,
  world: CellContext,
): TextLine[] | undefined {
  const container = about.kind === 'container' ? world.state.containers.get(about.id) : undefined;
  const owner = service === undefined ? undefined : world.desk.byId.get(service);
  if (owner && (about.kind === 'service' || owner.containers[0]?.id === about.id)) return describeService(owner, world);
  if (container) return describeContainer(container, world);
  return about.kind === 'container'
    ? [{ text: 'It is gone: the engine has no such container any more.', tone: 'warn' }]
    : undefined;
}

export function HelpScreen({ groups, ...size }: { groups: readonly KeyGroup[] } & Size) {
  return <Text title=" Help " file="help.txt" lines={helpLines(groups)} {...size} />;
}

export function AliasScreen(size: Size) {
  return <Text title=" Commands " file="commands.txt" lines={aliasLines()} {...size} />;
}

/** Follows the desk by itself, as describe does. */
export function XrayScreen({ world, ...size }: { world: CellContext } & Size) {
  const { desk, project, glyph } = world;
  const lines = useMemo(() => xrayLines({ desk, project, glyph }), [desk, project, glyph]);
  return <Text title={` Xray(${safe(project ?? 'all')}) `} file="xray.txt" lines={lines} {...size} />;
}

/** What the console costs and holds: for the long watch. */
export function SelfScreen({ world, ...size }: { world: CellContext } & Size) {
  const host = useServices();
  const { cpuPercent, rss } = host.cost();
  const { state } = world;
  const memory = process.memoryUsage();
  const rows: readonly [string, string][] = [
    ['CPU', cpuPercent === undefined ? 'not measured yet' : `${percent(cpuPercent)} of one CPU`],
    ['Memory', `${bytes(rss)} resident, ${bytes(memory.heapUsed)} heap`],
    ['Node', process.version],
    ['Engine', host.endpoint()],
    ['Connection', state.connection.state],
    ['Containers', String(state.containers.size)],
    ['Sampled', String(state.usage.size)],
    ['Timeline', `${state.timeline.length} entries`],
    ['Revision', String(state.revision)],
  ];
  return (
    <Text
      title=" Self "
      file="self.txt"
      lines={rows.map(([name, value]) => ({ text: name.padEnd(12) + safe(value), label: 12 }))}
      {...size}
    />
  );
}
