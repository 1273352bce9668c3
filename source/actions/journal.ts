import type { Engine, EngineChanges } from '../engine/engine.ts';
import { errorWithAdvice } from '../lib/error.ts';
import type { Danger, Outcome, Plan } from './action.ts';
import type { Audit } from './audit/file.ts';
import { endRecord } from './audit/record.ts';
import { type CallText, recordedCalls, recordedTools } from './audit/recorded-calls.ts';
import type { ActionTools } from './host-tools.ts';

/** The record of one running action: a line before each call, and one for its end. */
export type Journal = {
  /** The engine whose changing calls are recorded. */
  engine: Engine & EngineChanges;
  tools: ActionTools;
  /** Records the end, once; returns why it could not be written, if so. */
  end(outcome: Outcome): Promise<string | undefined>;
  /** The program ends now: records what is known, and blocks further calls. */
  interrupt(why: string): Promise<void>;
};

type Call = CallText & { state: 'under way' | 'done' | 'failed' };

/** `run` ties the lines together; below danger 2 an action goes on without its record. */
export function openJournal(
  {
    audit,
    engine,
    tools,
    now,
  }: { audit: Audit; engine: Engine & EngineChanges; tools: ActionTools; now: () => number },
  { plan, run, danger }: { plan: Plan; run: string; danger: Danger },
): Journal {
  const calls: Call[] = [];
  const begun = now();
  let over = false;
  const before = async (text: CallText) => {
    if (over) throw new Error('not done: deskhand was ending');
    const line = { kind: 'call', engine: plan.target.engine, run, ...text } as const;
    const trouble = await audit.append(line).then(() => undefined, errorWithAdvice);
    if (trouble !== undefined && danger >= 2) throw new Error(`not done, because it cannot be recorded: ${trouble}`);
    const call: Call = { ...text, state: 'under way' };
    calls.push(call);
    return (state: 'done' | 'failed') => {
      call.state = state;
    };
  };
  const close = async (outcome: Outcome, interrupted?: string) => {
    if (over) return undefined;
    over = true;
    return audit.append(endRecord(run, plan, outcome, interrupted)).then(() => undefined, errorWithAdvice);
  };
  return {
    engine: recordedCalls(engine, before),
    tools: recordedTools(tools, before),
    end: (outcome) => close(outcome),
    async interrupt(why) {
      const verification = `interrupted: ${why}; ${accountOf(plan, calls)}`;
      await close({ ok: false, cancelled: true, steps: [], verification, ms: now() - begun }, why);
    },
  };
}

/** The state of an interrupted action: the engine continues running calls. */
function accountOf(plan: Plan, calls: readonly Call[]): string {
  const names = new Map(plan.objects.map(({ id, name }) => [id, name]));
  const text = ({ call, id }: Call) => `${call} of ${names.get(id) ?? id}`;
  const of = (state: Call['state']) => calls.filter((call) => call.state === state).map(text);
  const touched = new Set(calls.map(({ id }) => id));
  const untouched = plan.objects.filter(({ id }) => !touched.has(id)).map(({ name }) => name);
  return [
    ['under way', of('under way')] as const,
    ['done', of('done')] as const,
    ['failed', of('failed')] as const,
    ['not touched', untouched] as const,
  ]
    .filter(([, what]) => what.length > 0)
    .map(([word, what]) => `${word}: ${what.join(', ')}`)
    .join('; ');
}
