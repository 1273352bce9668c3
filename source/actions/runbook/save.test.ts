import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dumpName, listBackups, verifyDump } from '../../backup/read.ts';
import { saveOutput } from './save.ts';

const NEVER = new AbortController().signal;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-dump-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('dumps', () => {
  it('are listed with their time, and compared with the checksum next to them', async () => {
    const at = Date.UTC(2026, 10, 28, 15, 45, 1);
    const name = dumpName('pg/1-pg-dump', at, 'dump');
    expect(name).toBe('pg_1-pg-dump-20261128T154501Z.dump');
    const saved = await saveOutput({ directory, name });
    await saved.write(Buffer.from('PGDMP'));
    await saved.keep();
    writeFileSync(join(directory, 'notes.txt'), 'x');
    const path = join(directory, name);
    expect(await listBackups(directory)).toEqual([{ path, dump: { name: 'pg_1-pg-dump', at, bytes: 5 } }]);
    expect(await verifyDump(path, NEVER)).toBeUndefined();
    expect(statSync(`${path}.sha256`).mode & 0o777).toBe(0o600);
    writeFileSync(path, 'PGDMQ');
    expect(await verifyDump(path, NEVER)).toBe('its checksum is not the one beside it');
    rmSync(`${path}.sha256`);
    expect(await verifyDump(path, NEVER)).toBe('there is no checksum beside it');
  });
});
