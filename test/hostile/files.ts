import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a console has written below its directory: saved files, records, preferences. */
export function writtenFiles(home: string): string[] {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}
