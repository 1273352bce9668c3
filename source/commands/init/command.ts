import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorMessage, hasCode } from '../../lib/error.ts';
import { safe } from '../../lib/text.ts';
import { template } from './template.ts';

/** `deskhand init`: a settings file with everything in comments, for the user alone (0600). Exit status 0, or 1 where none was written. */
export async function init({
  path,
  print,
  printError,
}: {
  path: string;
  print(text: string): void;
  printError(text: string): void;
}): Promise<number> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, template(), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const why = hasCode(error, 'EEXIST') ? 'it exists already, and nothing was changed' : errorMessage(error);
    printError(`deskhand: ${safe(path)} was not written: ${safe(why)}\n`);
    return 1;
  }
  print(`Wrote ${safe(path)}. Every setting is in it as a comment.\n`);
  return 0;
}
