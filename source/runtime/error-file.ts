import { chmodSync, closeSync, constants, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Clock, wallTime } from '../lib/clock.ts';
import { maskText } from '../lib/secrets.ts';
import { printable } from '../lib/text.ts';

/** Size at which the file is renamed to `.1`, replacing the previous one. */
const LARGEST = 256 * 1024;

const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/**
 * Appends internal errors to a file that only its owner can read, with time and secrets masked. At most two files of 256 KiB. Writing is
 * synchronous, as an error may be the last thing the program does; failures to write are ignored.
 */
export function errorFile(path: string, clock: Clock): (text: string) => void {
  return (text) => {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      if (sizeOf(path) > LARGEST) renameSync(path, `${path}.1`);
      const line = `${new Date(wallTime(clock)).toISOString()} ${process.pid} ${printable(maskText(text))}\n`;
      const file = openSync(path, FLAGS, 0o600);
      writeSync(file, line);
      closeSync(file);
      chmodSync(path, 0o600);
    } catch {
      // A full or read-only disk: the message is still in `:messages`.
    }
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
