import { execFile } from 'node:child_process';

/**
 * The operator's clipboard through the terminal: OSC 52, which works over SSH where the terminal allows it. Nothing
 * comes back, so that it can only be said that it was sent; but tmux can be asked whether it hands it on.
 */

type Env = Readonly<Record<string, string | undefined>>;

/** Terminals cut or ignore longer sequences (xterm, tmux: about 100 kB of base64). */
const LONGEST = 74_994;
/** GNU screen takes no longer string of its own (768), escapes around it included. */
const SCREEN_PIECE = 700;

export type Copy = { sequence?: string; notice: string };

/** The sequence that copies `text`, as tmux and screen want it where the console runs in one, and what to tell. */
export function copySequence(text: string, env: Env): Copy {
  const size = Buffer.byteLength(text);
  if (size > LONGEST)
    return { notice: `Not copied: ${size} bytes are more than terminals take (${LONGEST}). Save it instead: ctrl-s.` };
  const plain = `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
  // tmux takes either the one or the other, by its set-clipboard or its allow-passthrough; twice the same does no harm.
  const sequence = (env.TMUX ? plain : '') + passedThrough(plain, env);
  const lines = text.split('\n').length;
  return { sequence, notice: `Sent ${lines > 1 ? `${lines} lines` : `${size} bytes`} to the terminal's clipboard` };
}

/** A sequence wrapped so that tmux or screen hands it on to the terminal around them. */
export function passedThrough(sequence: string, env: Env): string {
  if (env.TMUX) return `\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
  if (!env.STY) return sequence;
  const pieces = sequence.match(new RegExp(`[^]{1,${SCREEN_PIECE}}`, 'g')) ?? [];
  return pieces.map((piece) => `\u001bP${piece}\u001b\\`).join('');
}

/** Answers the value of a tmux option; undefined where there is none of this name. */
export type AskTmux = (args: readonly string[]) => Promise<string | undefined>;

/** Why a copy does not leave tmux, and what would have to change; undefined where it does, or where that is not known. */
export async function clipboardRefusal(env: Env, ask: AskTmux = askTmux): Promise<string | undefined> {
  if (!env.TMUX) return undefined;
  const [clipboard, passthrough] = await Promise.all([
    ask(['-sv', 'set-clipboard']),
    ask(['-Apv', 'allow-passthrough']),
  ]);
  // Without the second option (before 3.3) tmux lets everything through.
  if (clipboard === undefined || clipboard === 'on' || passthrough !== 'off') return undefined;
  return 'Not copied: tmux does not hand it on. "tmux set -s set-clipboard on" allows it; ctrl-s saves to a file.';
}

function askTmux(args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile('tmux', ['show-options', ...args], { timeout: 1000 }, (error, stdout) =>
      resolve(error ? undefined : stdout.trim()),
    );
  });
}
