/**
 * The operator's clipboard through the terminal: OSC 52, which works over SSH where the terminal allows it. Nothing
 * comes back, so that it can only be said that it was sent.
 */

/** Terminals cut or ignore longer sequences (xterm, tmux: about 100 kB of base64). */
const LONGEST = 74_994;

export type Copy = { sequence?: string; told: string };

/** The sequence that copies `text`, wrapped for tmux and screen where the console runs in one, and what to tell. */
export function copySequence(text: string, env: Readonly<Record<string, string | undefined>>): Copy {
  const size = Buffer.byteLength(text);
  if (size > LONGEST)
    return { told: `Not copied: ${size} bytes are more than terminals take (${LONGEST}). Save it instead: ctrl-s.` };
  const sequence = `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
  const lines = text.split('\n').length;
  const told = `Sent ${lines > 1 ? `${lines} lines` : `${size} bytes`} to the terminal's clipboard`;
  const note = env.TMUX ? ' (tmux: needs set-clipboard or allow-passthrough)' : '';
  return { sequence: passedThrough(sequence, env), told: told + note };
}

/** A sequence wrapped so that tmux or screen hands it on to the terminal around them. */
export function passedThrough(sequence: string, env: Readonly<Record<string, string | undefined>>): string {
  if (env.TMUX) return `\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
  return env.STY ? `\u001bP${sequence}\u001b\\` : sequence;
}
