import { explainExit } from '../../desk/exit.ts';
import type { ContainerMemory } from '../../desk/state.ts';
import { lastExit } from '../../desk/verdict.ts';
import type { ContainerFacts } from '../../engine/facts.ts';
import { age, moment } from '../../lib/format.ts';
import { safe } from '../../lib/text.ts';
import { type RowContext, wrapped } from './row.ts';

const NOTHING: ContainerMemory = { starts: [], exits: [], healthChanges: [], ooms: [], kills: [] };

function memoryOf({ id }: ContainerFacts, { world }: RowContext): ContainerMemory {
  return world.state.memory.get(id) ?? NOTHING;
}

/**
 * How the last run ended: why (unless in `reason`), when, after how long, and whether Docker restarts it.
 */
export function exitRows(container: ContainerFacts, reason: string, sheet: RowContext): string[] {
  const { detail, state } = container;
  const { world, theme } = sheet;
  if (state !== 'exited' && state !== 'restarting' && state !== 'dead') return [];
  const { words } = lastExit({ facts: container, memory: memoryOf(container, sheet) });
  const { startedAt, finishedAt, restartPolicy, restartCount = 0 } = detail ?? {};
  const ran = startedAt !== undefined && finishedAt !== undefined && finishedAt >= startedAt;
  const parts = [
    ...(reason.includes(words) ? [] : [words]),
    ...(finishedAt === undefined ? [] : [`ended at ${moment(finishedAt, world.state.now)}`]),
    ...(ran ? [`after ${age(finishedAt - startedAt)}`] : []),
    ...(restartPolicy === undefined ? [] : [`restart policy ${restartPolicy.name || 'no'}`]),
    ...(restartCount > 0 ? [restartCount === 1 ? 'restarted once' : `restarted ${restartCount} times`] : []),
  ];
  return wrapped(theme.paint('dim', safe(parts.join(', '))), sheet);
}

/** The newest `most` of the last log lines that were read; `ended`: their run is over. */
export function lineRows(container: ContainerFacts, ended: boolean, most: number, sheet: RowContext): string[] {
  const { world, theme } = sheet;
  const last = world.state.lines.get(container.id);
  if (!last || last.lines.length === 0) return [];
  const title = ended ? 'last lines before the end:' : `last lines (${moment(last.at, world.state.now)}):`;
  return [
    theme.paint('dim', title),
    ...counted(last.lines)
      .slice(-Math.max(1, most))
      .map((line) => `${theme.paint('border', theme.box.v)} ${line}`),
  ];
}

/** Repeated lines as one, with their count. */
function counted(lines: readonly string[]): string[] {
  const runs: { text: string; times: number }[] = [];
  for (const line of lines) {
    const text = safe(line);
    const last = runs.at(-1);
    if (last?.text === text) last.times += 1;
    else runs.push({ text, times: 1 });
  }
  return runs.map(({ text, times }) => (times === 1 ? text : `${text} (${times} times)`));
}

/** Exits of earlier runs, deaths for memory, health changes: what Docker forgets with the next start. */
export function memoryRows(container: ContainerFacts, sheet: RowContext): string[] {
  const { theme } = sheet;
  const when = (at: number) => moment(at, sheet.world.state.now);
  const { exits, ooms, healthChanges } = memoryOf(container, sheet);
  const { finishedAt, limits, stopTimeoutSeconds } = container.detail ?? {};
  const shown = container.state === 'running' ? undefined : finishedAt;
  const earlier = exits.filter(({ at }) => shown === undefined || Math.abs(at - shown) > 5000);
  const rows = [
    ...earlier
      .slice(-MOST)
      .reverse()
      .map((exit) => {
        const { words } = explainExit({
          ...exit,
          exit,
          error: '',
          oomKilled: exit.oom,
          memoryLimit: limits?.memory,
          stopTimeoutSeconds,
        });
        return `${when(exit.at)} ended: ${words}`;
      }),
    ...(earlier.length > MOST ? [`and ${earlier.length - MOST} exits before`] : []),
    ...(ooms.length > 0
      ? [`${when(ooms.at(-1) ?? 0)} out of memory, ${ooms.length} in all: the kernel killed a process`]
      : []),
    ...(healthChanges.length > 1
      ? [
          `health: ${healthChanges
            .slice(-MOST)
            .map(({ at, health }) => `${when(at)} ${health}`)
            .join(', ')}`,
        ]
      : []),
  ];
  if (rows.length === 0) return [];
  return [theme.paint('dim', 'earlier, from engine events:'), ...rows.flatMap((row) => wrapped(safe(row), sheet))];
}

/** Most entries of each kind. */
const MOST = 5;
