import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { maskCommandLine, maskText } from '../lib/secrets.ts';
import type { Typed } from '../panes/shared/typed.ts';
import { replaceFile } from './private-file.ts';

/** The file's name in the state directory. */
export const TYPED_FILE = 'typed.json';

/** Lines kept of each kind of prompt. */
const KEPT = 50;

const Lines = v.optional(v.array(v.string()), []);
const Kept = v.object({ command: Lines, filter: Lines, search: Lines });

/** What was typed before, for the arrows of the prompts, in a file of its owner's (0600); secrets are masked in it. */
export function typedFile(path: string, report: (error: unknown) => void) {
  let all = read(path);
  let last: Promise<void> = Promise.resolve();
  return {
    all: (): Typed => all,
    add(kind: keyof Typed, line: string): void {
      const safe = kind === 'command' ? maskText(maskCommandLine(line)) : maskText(line);
      all = { ...all, [kind]: [...all[kind].filter((one) => one !== safe), safe].slice(-KEPT) };
      const text = `${JSON.stringify(all)}\n`;
      last = last
        .then(() => mkdir(dirname(path), { recursive: true, mode: 0o700 }))
        .then(() => replaceFile(path, text))
        .catch(report);
    },
    written: (): Promise<void> => last,
  };
}

/** A file that is not there or broken is no reason not to begin. */
function read(path: string): Typed {
  try {
    return v.parse(Kept, JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return { command: [], filter: [], search: [] };
  }
}
