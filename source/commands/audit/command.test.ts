import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../actions/action.ts';
import { openAudit } from '../../actions/audit/file.ts';
import { engineId, serviceId } from '../../lib/ids.ts';
import { type AuditFlags, audit } from './command.ts';

const CONFIRMED = { kind: 'confirmed' } as const;
const NOON = Date.UTC(2026, 10, 20, 12);
let directory: string;
let path: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'deskhand-audit-'));
  path = join(directory, 'audit.jsonl');
  const identity = { user: 'ops', host: 'desk', pid: 1 };
  for (const [hour, name] of [
    [9, 'exness/redis'],
    [11, 'evil\u001b[2Jname'],
  ] as const) {
    const log = openAudit({ directory, identity, now: () => Date.UTC(2026, 10, 20, hour) });
    await log.append({
      engine: engineId('prod'),
      kind: 'refused',
      action: 'restart',
      name,
      refused: 'read-only',
      change: 'arm it',
    });
  }
});
afterEach(() => rmSync(directory, { recursive: true }));

async function go(words: string[], flags: AuditFlags = {}): Promise<{ code: number; text: string }> {
  const printed: string[] = [];
  const code = await audit(words, flags, { path, now: NOON, print: (text) => printed.push(text) });
  return { code, text: printed.join('') };
}

describe('deskhand audit', () => {
  it('shows who did what, without control sequences', async () => {
    const { code, text } = await go([]);
    expect(code).toBe(0);
    expect(text.split('\n')[0]).toMatch(
      /^2026-11-20T09:00:00Z {2}ops@desk .* refused {2}restart .* exness\/redis .* read-only/,
    );
    expect(text).not.toContain('\u001b');
  });

  it('shows what is not older than --since, as stored with --json', async () => {
    const { text } = await go([], { since: '2h', json: true });
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).time),
    ).toEqual(['2026-11-20T11:00:00.000Z']);
    expect((await go([], { since: 'yesterday' })).code).toBe(64);
  });

  it('marks what was begun and has no end', async () => {
    const identity = { user: 'ops', host: 'desk', pid: 1 };
    const log = openAudit({ directory, identity, now: () => NOON });
    const plan: Plan = {
      action: 'kill',
      name: 'exness/web',
      target: { engine: engineId('fake'), kind: 'service', id: serviceId('compose:exness/web') },
      danger: 2,
      title: 'Kill exness/web',
      objects: [],
      warnings: [],
    };
    const begin = (run: string) =>
      ({ engine: engineId('prod'), kind: 'begin', run, plan, danger: 2, guards: [], answer: CONFIRMED }) as const;
    await log.append(begin('a'));
    await log.append({
      engine: engineId('prod'),
      kind: 'end',
      run: 'a',
      action: 'kill',
      name: 'exness/web',
      ok: true,
      cancelled: false,
      steps: [],
      verification: 'gone',
      ms: 5,
    });
    await log.append(begin('b'));
    const marked = (await go([])).text.split('\n').map((line) => line.includes('NO END'));
    expect(marked).toEqual([false, false, false, false, true, false]);
  });

  it('verifies the chain: 0 when it holds, 1 naming the line', async () => {
    expect(await go(['verify'])).toMatchObject({
      code: 0,
      text: expect.stringContaining('2 lines, the chain is intact'),
    });
    writeFileSync(path, readFileSync(path, 'utf8').replace('read-only', 'allowed'));
    expect(await go(['verify'])).toMatchObject({ code: 1, text: expect.stringContaining('line 1 of 2 was changed') });
    expect(JSON.parse((await go(['verify'], { json: true })).text)).toMatchObject({ ok: false, broken: { line: 1 } });
  });

  it('says when there is nothing, and when it is asked for something else', async () => {
    rmSync(path);
    expect(await go([])).toMatchObject({ code: 0, text: expect.stringContaining('nothing is recorded') });
    expect((await go(['verfiy'])).code).toBe(64);
  });
});
