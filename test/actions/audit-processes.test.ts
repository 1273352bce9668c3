import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readLines, verifyChain } from '../../source/actions/audit/chain.ts';
import { readAudit } from '../../source/actions/audit/file.ts';

const child = fileURLToPath(new URL('./append-child.ts', import.meta.url));

it('two consoles that write at once keep one chain', { timeout: 60_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-audit-'));
  try {
    const writers = [0, 1].map(() => spawn(process.execPath, [child, directory, '200'], { stdio: 'inherit' }));
    expect(await Promise.all(writers.map((writer) => once(writer, 'exit')))).toEqual([
      [0, null],
      [0, null],
    ]);
    const log = await readAudit(join(directory, 'audit.jsonl'));
    expect(verifyChain(log)).toMatchObject({ ok: true, lines: 400 });
    const perWriter = writers.map(({ pid }) => readLines(log).filter(({ line }) => line.pid === pid).length);
    expect(perWriter).toEqual([200, 200]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
