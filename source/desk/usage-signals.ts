import type { Usage } from '../engine/facts.ts';
import { bytes, percent } from '../lib/format.ts';
import type { TimelineEntry, UsageSignals } from './state.ts';
import { WINDOW } from './window.ts';

const HIGH = 0.9;
const RELIEVED = 0.8;

/** The conclusions after one more reading; the same object while they stay the same. */
export function usageSignalsAfter(
  known: UsageSignals | undefined,
  before: Usage | undefined,
  usage: Usage,
): UsageSignals | undefined {
  const unbroken = before !== undefined && usage.at - before.at <= WINDOW.readingGap;
  const flow = flowAfter(unbroken ? known : undefined, usage);
  const memoryHigh = isHigh(known?.memoryHigh ?? false, usage);
  const changed =
    flow.receivingSince !== known?.receivingSince ||
    flow.quietSince !== known?.quietSince ||
    flow.stirred !== known?.stirred ||
    flow.idleSince !== known?.idleSince ||
    memoryHigh !== (known?.memoryHigh ?? false);
  return changed ? { ...flow, memoryHigh } : known;
}

type Flow = Pick<UsageSignals, 'receivingSince' | 'quietSince' | 'stirred' | 'idleSince'>;

function flowAfter(known: UsageSignals | undefined, usage: Usage): Flow {
  const { receivingSince, quietSince, stirred, idleSince } = known ?? {};
  const received = usage.rates?.received;
  if (received === undefined) return { receivingSince, quietSince, stirred, idleSince };
  if (received > WINDOW.background) {
    // One keep-alive or ARP request within a quiet minute is not activity; two readings in a row, or a large one, are.
    const passing = quietSince !== undefined && stirred === undefined && received < WINDOW.resumed;
    return passing
      ? { receivingSince, quietSince, stirred: true, idleSince }
      : { receivingSince: receivingSince ?? usage.at };
  }
  const idle = idleSince ?? usage.at;
  if (quietSince !== undefined) return { receivingSince, quietSince, idleSince: idle };
  const steady = receivingSince !== undefined && usage.at - receivingSince >= WINDOW.steady;
  return steady ? { receivingSince, quietSince: usage.at, idleSince: idle } : { idleSince: idle };
}

function isHigh(high: boolean, { memory, memoryLimit }: Usage): boolean {
  if (memory === undefined || !memoryLimit) return high;
  return memory / memoryLimit >= (high ? RELIEVED : HIGH);
}

/** The timeline text when memory exceeds 90 % of its limit or falls below 80 % again. */
export function memoryCrossing(
  before: UsageSignals | undefined,
  after: UsageSignals | undefined,
  { at, memory, memoryLimit }: Usage,
  name: string,
): TimelineEntry | undefined {
  const high = after?.memoryHigh ?? false;
  if (high === (before?.memoryHigh ?? false) || memory === undefined || !memoryLimit) return undefined;
  const use = `${bytes(memory)} of ${bytes(memoryLimit)} (${percent((100 * memory) / memoryLimit)})`;
  return {
    at,
    kind: 'metric',
    level: high ? 'warning' : 'good',
    text: high ? `${name} memory over 90% of its limit: ${use}` : `${name} memory back under 80%: ${use}`,
  };
}
