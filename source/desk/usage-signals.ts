import type { Usage } from '../engine/facts.ts';
import { bytes, percent } from '../lib/format.ts';
import type { TimelineEntry, UsageSignals } from './state.ts';
import { WINDOW } from './window.ts';

const HIGH = 0.9;
const RELIEVED = 0.8;

/** What the run of readings says after one more; the same object while its answers stay the same. */
export function vitalsAfter(
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
    memoryHigh !== (known?.memoryHigh ?? false);
  return changed ? { ...flow, memoryHigh } : known;
}

function flowAfter(known: UsageSignals | undefined, usage: Usage): Pick<UsageSignals, 'receivingSince' | 'quietSince'> {
  const { receivingSince, quietSince } = known ?? {};
  const received = usage.rates?.received;
  if (received === undefined) return { receivingSince, quietSince };
  if (received > WINDOW.background) return { receivingSince: receivingSince ?? usage.at };
  if (quietSince !== undefined) return { receivingSince, quietSince };
  const steady = receivingSince !== undefined && usage.at - receivingSince >= WINDOW.steady;
  return steady ? { receivingSince, quietSince: usage.at } : {};
}

function isHigh(high: boolean, { memory, memoryLimit }: Usage): boolean {
  if (memory === undefined || !memoryLimit) return high;
  return memory / memoryLimit >= (high ? RELIEVED : HIGH);
}

/** The timeline's word on memory that crossed 90 % of its limit, or came back under 80 %. */
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
