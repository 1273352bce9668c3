import { runCommand } from '../../engine/api/command.ts';
import { duration } from '../../lib/format.ts';
import type { OutputSink, Plan, PlanObject, RunContext, Step } from '../action.ts';
import { step } from '../call.ts';
import { endText } from '../command-end.ts';
import { sendSignal } from '../send-signal.ts';
import { signalName } from '../signals.ts';
import type { RunbookCall, RunbookWork } from './call.ts';
import { judge, type RunbookEnd } from './judge.ts';
import { runOneOff } from './one-off.ts';
import { type SavedOutput, saveOutput } from './save.ts';

/** Bytes of output after which a command is ended: more than anybody reads. */
const LIMIT = 1024 * 1024;
/** So much of its beginning is compared with what was expected. */
const JUDGED = 64 * 1024;

/** Runs the runbook of a plan on each of its objects, one after the other. */
export async function runRunbook({ runbookCall: call, objects }: Plan, context: RunContext): Promise<readonly Step[]> {
  if (!call) return [];
  const steps: Step[] = [];
  for (const object of objects) {
    if (context.signal.aborted) break;
    steps.push(await runOn(object, call, context));
    if (!steps.at(-1)?.ok) break;
  }
  return steps;
}

async function runOn(object: PlanObject, call: RunbookCall, context: RunContext): Promise<Step> {
  const { work } = call;
  if (work.kind === 'signal') {
    const sent = sendSignal(object, signalName(work.signal) ?? work.signal, context);
    return sent.then((done) => (done.ok ? { ...done, result: `${work.signal} sent` } : done));
  }
  let result = '';
  const done = await step(object, `runbook ${call.name}`, context, async () => {
    result = await judged(object, call, context);
  });
  return done.ok ? { ...done, result } : done;
}

/** The sentence for how it ended; throws it where that is not as expected. */
async function judged(object: PlanObject, call: RunbookCall, context: RunContext): Promise<string> {
  const head: Buffer[] = [];
  let size = 0;
  const heard: OutputSink = (stream, bytes) => {
    // They are the engine's own until it reads on.
    if (size < JUDGED) head.push(Buffer.from(bytes));
    size += bytes.length;
    context.output?.(stream, bytes);
  };
  const saved = call.save && (await saveOutput(call.save));
  try {
    const onOutput = saved ? into(saved, heard, context, call.name) : heard;
    const end = await ended(object, call, onOutput, saved ? Number.POSITIVE_INFINITY : LIMIT, context);
    const verdict = judge(call, end, Buffer.concat(head).toString('utf8').slice(0, JUDGED));
    if (!verdict.ok) throw new Error(verdict.text);
    return saved ? `${verdict.text}; ${await saved.keep()}` : verdict.text;
  } catch (error) {
    await saved?.drop();
    throw error;
  }
}

/** Standard output goes to the file, what is said beside it to the screen. */
function into(saved: SavedOutput, heard: OutputSink, context: RunContext, name: string) {
  const begun = context.now();
  let reported = begun;
  return (stream: 'stdout' | 'stderr', bytes: Buffer): void | Promise<void> => {
    if (stream === 'stderr') return heard(stream, bytes);
    const now = context.now();
    if (now - reported > 500) {
      reported = now;
      context.progress(`${name}: ${saved.written()} written, for ${duration(now - begun)}`);
    }
    return saved.write(bytes);
  };
}

type Heard = (stream: 'stdout' | 'stderr', bytes: Buffer) => void | Promise<void>;

async function ended(
  object: PlanObject,
  { work, timeoutSeconds: seconds }: RunbookCall,
  onOutput: Heard,
  limit: number,
  context: RunContext,
): Promise<RunbookEnd> {
  const { engine, signal } = context;
  const options = { clock: timersOf(context), timeoutMs: seconds * 1000, limit, signal, onOutput };
  switch (work.kind) {
    case 'exec': {
      const end = await runCommand(engine, object.id, work.command, { ...work, ...options });
      if (end.kind === 'exited') return { status: end.exitCode };
      return { stopped: endText(end, { seconds, limit }) };
    }
    case 'oneOff':
      return runOneOff(object, work, options, context);
    case 'host':
    case 'http':
      return here(work, seconds, onOutput, context);
    case 'signal':
      return {};
  }
}

async function here(
  work: Extract<RunbookWork, { kind: 'host' | 'http' }>,
  seconds: number,
  onOutput: Heard,
  { tools, signal: cancelling }: RunContext,
): Promise<RunbookEnd> {
  const timeout = AbortSignal.timeout(seconds * 1000);
  const signal = AbortSignal.any([cancelling, timeout]);
  const stopped = () => (timeout.aborted ? `not finished within ${seconds} s` : 'cancelled');
  try {
    if (work.kind === 'http') return await request(work, signal, onOutput, tools);
    const { command, directory, env } = work;
    const onLine = (line: string) => void onOutput('stdout', Buffer.from(`${line}\n`));
    const { code } = await tools.runHere(command, { directory, env, signal, onLine });
    return signal.aborted ? { stopped: stopped() } : { status: code };
  } catch (error) {
    if (signal.aborted) return { stopped: stopped() };
    throw error;
  }
}

async function request(
  { url, ...how }: Extract<RunbookWork, { kind: 'http' }>,
  signal: AbortSignal,
  onOutput: Heard,
  tools: RunContext['tools'],
): Promise<RunbookEnd> {
  const { status, body } = await tools.request(url, { ...how, signal });
  let left = LIMIT;
  for await (const chunk of body) {
    await onOutput('stdout', Buffer.from(chunk.subarray(0, left)));
    left -= chunk.length;
    if (left <= 0) return { stopped: `more than ${LIMIT / 1024} KiB of output` };
  }
  return { status };
}

/** Timers on the clock that the action waits on. */
function timersOf({ wait }: RunContext) {
  return {
    after(ms: number, then: () => void): () => void {
      const ending = new AbortController();
      void wait(ms, ending.signal).then(() => ending.signal.aborted || then());
      return () => ending.abort();
    },
  };
}
