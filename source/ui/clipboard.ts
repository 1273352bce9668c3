import { execFile } from 'node:child_process';

/**
 * The operator's clipboard through the terminal: OSC 52, which works over SSH where the terminal allows it. The terminal does not answer,
 * so only "sent" can be reported; but tmux can be asked whether it forwards it.
 */

type Env = Readonly<Record<string, string | undefined>>;

/** Terminals cut or ignore longer sequences (xterm, tmux: about 100 kB of base64). */
const LONGEST = 74_994;
/** The longest string of GNU screen (768), including the escapes around it. */
const SCREEN_PIECE = 700;

export type Copy = { sequence?: string; notice: string };

/** The sequence that copies `text`, wrapped for tmux or screen if the console runs in one, and the notice to show. */
export function copySequence(text: string, env: Env): Copy {
  const size = Buffer.byteLength(text);
  if (size > LONGEST)
    return {
      notice: `Not copied: ${size} bytes exceed the limit of terminals (${LONGEST}). Save it to a file instead.`,
    };
  const plain = `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
  // tmux accepts one or the other, depending on set-clipboard and allow-passthrough; sending both does no harm.
  const sequence = (env.TMUX ? plain : '') + passedThrough(plain, env);
  const lines = text.split('\n').length;
  return { sequence, notice: `Sent ${lines > 1 ? `${lines} lines` : `${size} bytes`} to the terminal's clipboard` };
}

/** A sequence wrapped so that tmux or screen forwards it to the outer terminal. */
export function passedThrough(sequence: string, env: Env): string {
  if (env.TMUX) return `\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
  if (!env.STY) return sequence;
  const pieces = sequence.match(new RegExp(`[^]{1,${SCREEN_PIECE}}`, 'g')) ?? [];
  return pieces.map((piece) => `\u001bP${piece}\u001b\\`).join('');
}

/** Returns the value of a tmux option; undefined if it does not exist. */
export type AskTmux = (args: readonly string[]) => Promise<string | undefined>;

/** Why tmux does not forward a copy, and how to change that; undefined if it does or that is unknown. */
export async function clipboardRefusal(env: Env, ask: AskTmux = askTmux): Promise<string | undefined> {
  if (!env.TMUX) return undefined;
  const [clipboard, passthrough] = await Promise.all([
    ask(['-sv', 'set-clipboard']),
    ask(['-Apv', 'allow-passthrough']),
  ]);
  // Without the second option (before 3.3) tmux lets everything through.
  if (clipboard === undefined || clipboard === 'on' || passthrough !== 'off') return undefined;
  return 'Not copied: tmux does not forward it. "tmux set -s set-clipboard on" allows it; saving to a file always works.';
}

function askTmux(args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('tmux', ['show-options', ...args], { timeout: 1000 }, (error, stdout) =>
      resolve(error ? undefined : stdout.trim()),
    );
  });
}
