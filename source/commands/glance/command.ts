import { setTimeout as pause } from 'node:timers/promises';
import { deriveDesk } from '../../desk/derive.ts';
import { reduceAll } from '../../desk/reduce.ts';
import type { DeskMessage, DeskState, HeldInMemory } from '../../desk/state.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../lib/clock.ts';
import { jsonText } from '../../lib/text.ts';
import { takeSnapshot } from '../../runtime/snapshot.ts';
import type { Theme } from '../../ui/theme.ts';
import { glanceLine, type RenderOptions, renderGlance } from './render.ts';
import { type GlanceReport, glanceReport } from './report.ts';

export type GlanceFlags = {
  project?: string;
  json?: boolean;
  line?: boolean;
  quiet?: boolean;
  watch?: boolean;
  /** Default interval of --watch, in ms. */
  everyMs?: number;
};

export type GlanceDeps = {
  table?: RenderOptions['table'];
  engine: Engine;
  clock: Clock;
  theme: Theme;
  columns?: number;
  print(text: string): void;
  /** What the stacks' own Prometheus servers fire. */
  alerts?(state: DeskState): Promise<DeskMessage>;
  /** What the services answer to deskhand's own probes. */
  probes?(state: DeskState): Promise<readonly DeskMessage[]>;
  /** What restarts of services lose. */
  held?: HeldInMemory;
  /** The procedures that are under way on this engine. */
  maintenance?(): Promise<DeskMessage>;
  signal: AbortSignal;
};

/** `deskhand glance`: one snapshot, or repeated ones; returns the exit status of the last. */
export async function glance(flags: GlanceFlags, deps: GlanceDeps): Promise<number> {
  let before = '';
  for (;;) {
    const seen = await takeSnapshot(deps.engine, deps.clock, deps.signal, deps.held);
    const isReady = seen.connection.state === 'ready';
    const outside = isReady ? await Promise.all([deps.alerts?.(seen), deps.probes?.(seen)]) : [];
    const windows = await deps.maintenance?.();
    const state = reduceAll(
      seen,
      [...outside.flat(), windows].filter((message) => message !== undefined),
    );
    const report = glanceReport(state, deriveDesk(state), { project: flags.project });
    const text = textOf(report, flags, deps);
    // A watch prints changes; programs that read JSON get every snapshot.
    if (text !== '' && (flags.json || text !== before)) deps.print(`${text.trimEnd()}\n`);
    before = text;
    if (!flags.watch || deps.signal.aborted) return report.exit;
    await pause(flags.everyMs ?? 5000, undefined, { signal: deps.signal }).catch(() => undefined);
    if (deps.signal.aborted) return report.exit;
  }
}

function textOf(report: GlanceReport, flags: GlanceFlags, { theme, columns, table }: GlanceDeps): string {
  if (flags.json) return jsonText(report, flags.watch ? undefined : 2);
  if (flags.line) return glanceLine(report, { theme, columns });
  return renderGlance(report, { theme, columns, quiet: flags.quiet, table });
}
