import { IDLE } from '../world/meter.ts';
import { SECOND } from '../world/time.ts';
import type { Program } from '../world/types.ts';
import type { Said, Voice } from '../world/voice.ts';

/**
 * Containers created from an image without a known program: the simulator understands as much of `sh -c` as small
 * test containers use (echo, sleep, exit, one endless loop, trap … TERM), and `sleep N`. Anything else runs silently.
 */
export function scriptProgram(argv: readonly string[]): Program {
  const index = argv.indexOf('-c');
  const text = index >= 0 ? (argv[index + 1] ?? '') : argv.join(' ');
  const { body, loop } = split(text);
  const prelude = play(body);
  const forever = loop === undefined ? undefined : voiceOf(loop);
  const ends = loop === undefined ? { ms: prelude.ms + 30, exitCode: prelude.exitCode } : undefined;
  const command = argv.join(' ');
  const trap = /trap\s+(['"])(.*?)\1\s+(SIG)?TERM/.exec(text);
  return {
    name: 'script',
    user: 'root',
    processes: () => [{ command, share: 1 }],
    load: () => (argv.length === 0 ? IDLE : { cpu: 0.1, memory: 700_000, pids: 2, receive: 20 }),
    voice: () => forever,
    boot: () => prelude.said,
    ...(trap && { stop: { ms: 100, exitCode: Number(/exit\s+(\d+)/.exec(trap[2] ?? '')?.[1] ?? 0) } }),
    end: () => (known(text) ? ends : undefined),
  };
}

function known(text: string): boolean {
  return /^\s*(echo|sleep|exit|true|false|trap)\b/.test(text);
}

function split(text: string): { body: string; loop?: string } {
  const match = /while\s+(?:true|:)\s*;\s*do\s+(.*?);?\s*done/s.exec(text);
  return match ? { body: text.slice(0, match.index), loop: match[1] ?? '' } : { body: text };
}

type Played = { said: Said[]; ms: number; exitCode: number };

function play(text: string): Played {
  const result: Played = { said: [], ms: 0, exitCode: 0 };
  for (const statement of text.split(/;|&&|\n/).map((part) => part.trim())) {
    const [, name, rest = ''] = /^(\w+)\s*(.*)$/s.exec(statement) ?? [];
    if (name === 'sleep') result.ms += Number.parseFloat(rest) * SECOND || 0;
    if (name === 'false') result.exitCode = 1;
    if (name === 'echo') result.said.push({ after: result.ms + result.said.length * 0.05, ...echo(rest) });
    if (name === 'exit') return { ...result, exitCode: Number(rest) || 0 };
  }
  return result;
}

function echo(rest: string): { text: string; stream: 'stdout' | 'stderr' } {
  const stream = /(1?>&2)/.test(rest) ? 'stderr' : 'stdout';
  return { stream, text: rest.replace(/\s*1?>&2\s*/g, '').replace(/^(['"])(.*)\1$/s, '$2') };
}

function voiceOf(loop: string): Voice {
  const { said, ms } = play(loop);
  return { every: Math.max(20, ms), say: () => said };
}
