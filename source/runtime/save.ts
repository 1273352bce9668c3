import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, wallTime } from '../lib/clock.ts';
import { errorMessage, hasCode } from '../lib/error.ts';
import { printable } from '../lib/text.ts';

/**
 * Writes a text, whole or in pieces, to a new file under `directory`, readable by its owner only; returns the path. Fails with a message
 * that names the path.
 */
export async function saveText(
  directory: string,
  name: string,
  text: string | AsyncIterable<string>,
  clock: Clock,
): Promise<string> {
  const [, base = name, extension = ''] = /^(.*?)(\.[a-z]+)?$/.exec(name.replace(/[^\w.-]+/g, '_')) ?? [];
  const stamp = new Date(wallTime(clock)).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const start = join(directory, `${base.slice(0, 80)}-${stamp}`);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const { path, file } = await create(start, extension);
    try {
      await file.writeFile(typeof text === 'string' ? printable(text) : printableParts(text));
    } finally {
      await file.close();
    }
    return path;
  } catch (error) {
    throw new Error(`Not saved to ${start}${extension}: ${reason(error)}.`, { cause: error });
  }
}

async function* printableParts(parts: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const part of parts) yield printable(part);
}

/** A new file, with a number if the name exists already. */
async function create(start: string, extension: string): Promise<{ path: string; file: FileHandle }> {
  for (let number = 1; ; number += 1) {
    const path = `${start}${number > 1 ? `-${number}` : ''}${extension}`;
    try {
      return { path, file: await open(path, 'wx', 0o600) };
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}

/** The system's message, without error code and call. */
function reason(error: unknown): string {
  const message = errorMessage(error);
  return /^E[A-Z]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
