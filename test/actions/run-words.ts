import type { ActionSettings } from '../../source/actions/action-settings.ts';
import { openAudit } from '../../source/actions/audit/file.ts';
import { identity } from '../../source/actions/audit/identity.ts';
import type { ActionTools } from '../../source/actions/host-tools.ts';
import { run } from '../../source/commands/run/command.ts';
import type { RunFlags } from '../../source/commands/run/request.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { openGuard } from '../builders/actions.ts';
import type { Place } from './real.ts';

/** An engine, and where what is done on it is recorded. */
type Where = Pick<Place, 'engine' | 'tools' | 'directory'>;

type Options = RunFlags & {
  tools?: ActionTools;
  settings?: ActionSettings;
  signal?: AbortSignal;
  onProgress?(line: string): void;
  onPrinted?(text: string): void;
};

/** `deskhand run` with these words on a place's engine: its exit status, and what it printed and said of its progress. */
export async function runWords(
  place: Where,
  words: readonly string[],
  {
    tools = place.tools,
    settings = { stableMs: 1500 },
    signal = new AbortController().signal,
    onProgress,
    onPrinted,
    ...flags
  }: Options = {},
): Promise<{ code: number; text: string; progress: readonly string[] }> {
  const printed: string[] = [];
  const progress: string[] = [];
  const code = await run(words, flags, {
    engine: place.engine,
    tools,
    clock: systemClock,
    settings,
    guard: () => openGuard,
    metrics: async () => openGuard.metric,
    audit: openAudit({ directory: place.directory, identity: identity(process.env), now: systemClock.now }),
    print(text) {
      printed.push(text);
      onPrinted?.(text);
    },
    progress(text) {
      progress.push(text);
      onProgress?.(text);
    },
    signal,
  });
  return { code, text: printed.join(''), progress };
}
