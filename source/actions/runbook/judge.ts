import { guarded, TooSlow } from '../../lib/guarded.ts';
import { MATCH_TIMEOUT_MS } from '../../lib/pattern.ts';
import type { RunbookCall } from './call.ts';

/** How a runbook ended: with a status, or not by itself. */
export type RunbookEnd = { status?: number; stopped?: string };

/** Whether it ended as expected, and the sentence for it. `output` is the beginning of what it said. */
export function judge(
  { work, expect }: RunbookCall,
  { status, stopped }: RunbookEnd,
  output: string,
): { ok: boolean; text: string } {
  const word = work.kind === 'http' ? 'status' : 'exit code';
  if (stopped !== undefined) return { ok: false, text: stopped };
  if (status === undefined) return { ok: false, text: 'the connection ended before the command' };
  const good = expect.status?.includes(status) ?? (work.kind === 'http' ? status >= 200 && status < 300 : status === 0);
  if (!good) return { ok: false, text: `${word} ${status}` };
  if (expect.output === undefined) return { ok: true, text: `${word} ${status}` };
  const found = finds(expect.output, output);
  return { ok: found, text: `${word} ${status}; its output ${found ? 'matches' : 'does not match'} ${expect.output}` };
}

function finds(source: string, text: string): boolean {
  try {
    return guarded(MATCH_TIMEOUT_MS, () => new RegExp(source, 'm').test(text));
  } catch (error) {
    if (error instanceof TooSlow) return false;
    throw error;
  }
}
