import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineId, serviceId } from '../../lib/ids.ts';
import { readLines, verifyChain } from './chain.ts';
import { type AuditSettings, auditDirectory, openAudit, readAudit } from './file.ts';
import { readHead } from './head.ts';
import { bootId } from './identity.ts';
import { lineAction } from './line-text.ts';
import { AUDIT_FORMAT, type AuditRecord } from './record.ts';
import { wholeLog } from './rotated.ts';

/** Two lines as deskhand wrote them before lines had a `format`. */
const FORMAT_1 = `{"time":"2026-11-19T09:00:00.000Z","user":"ops","host":"desk-1","pid":7,"context":"staging","kind":"refused","action":"restart","name":"old/redis","refused":"read-only","change":"arm it","prev":"0000000000000000000000000000000000000000000000000000000000000000","hash":"2270ea1e2a6f8b739374a1fd8d4979aae0c0010902d72a77a3f2302f1e364ebf"}
{"time":"2026-11-19T09:01:00.000Z","user":"ops","host":"desk-1","pid":7,"context":"staging","kind":"refused","action":"stop","name":"old/redis","refused":"read-only","change":"arm it","prev":"58312aeee370fa6a0058c1d7ba31c2917c5172b4b11e2b94d7b57cce547f252e","hash":"0451af70ccfd96fb4f2d92d7bf950569939df3f70b9ab8b14f34d20d944d0e5c"}
`;

let root: string;
let settings: AuditSettings;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'deskhand-audit-'));
  settings = {
    directory: join(root, 'state', 'deskhand'),
    identity: { user: 'ops', host: 'desk-1', pid: 7, origin: '10.0.0.9 50000 10.0.0.1 22' },
    now: () => Date.UTC(2026, 10, 20, 9, 15),
    mask: (text) => text.replace(/hunter2/g, '****'),
  };
});
afterEach(() => rmSync(root, { recursive: true }));

const refusal = (name: string): AuditRecord => ({
  engine: engineId('prod'),
  kind: 'refused',
  action: 'restart',
  name,
  refused: 'no',
  change: 'yes',
});
const begin = (run: string): AuditRecord => ({
  engine: engineId('prod'),
  kind: 'begin',
  run,
  plan: {
    action: 'restart',
    title: '',
    danger: 2,
    target: { engine: engineId('fake'), kind: 'service', id: serviceId('s') },
    name: 'exness/redis',
    objects: [],
    warnings: [],
  },
  danger: 2,
  guards: [],
  reason: 'password is hunter2',
  answer: { kind: 'confirmed' },
});
const end = (run: string): AuditRecord => ({
  engine: engineId('prod'),
  kind: 'end',
  run,
  action: 'restart',
  name: 'exness/redis',
  ok: true,
  cancelled: false,
  steps: [],
  verification: 'healthy again after 4.2s',
  ms: 4200,
});

const log = () => join(settings.directory, 'audit.jsonl');
const check = async () => verifyChain(await readAudit(log()));
async function write(...records: AuditRecord[]): Promise<void> {
  const audit = openAudit(settings);
  for (const record of records) await audit.append(record);
}

describe('the audit log', () => {
  it('is private, says who did what, and hides secrets', async () => {
    await write(begin('a'), end('a'));
    expect(statSync(settings.directory).mode & 0o777).toBe(0o700);
    expect(statSync(log()).mode & 0o777).toBe(0o600);
    const [first] = readLines(await readAudit(log()));
    expect(first?.line).toMatchObject({
      time: '2026-11-20T09:15:00.000Z',
      kind: 'begin',
      user: 'ops',
      origin: '10.0.0.9 50000 10.0.0.1 22',
      reason: 'password is ****',
      prev: '0'.repeat(64),
    });
    expect(readFileSync(log(), 'utf8')).not.toContain('hunter2');
    expect(await check()).toMatchObject({ ok: true, lines: 2, unfinished: [] });
  });

  it('masks commands as commands: what only an option announces is secret too', async () => {
    const record = begin('a');
    if (record.kind !== 'begin') throw new Error('no begin');
    const command = 'echo redis-cli -a hunter9 ping';
    await write({ ...record, plan: { ...record.plan, title: `Run in w2: ${command}`, options: { command } } });
    await write({
      engine: engineId('prod'),
      kind: 'call',
      run: 'a',
      call: 'compose',
      id: 'x',
      detail: 'run db mysql -phunter9',
    });
    expect(readFileSync(log(), 'utf8')).not.toContain('hunter9');
  });

  it('keeps one chain over appends that run at once and over consoles', async () => {
    const [one, two] = [openAudit(settings), openAudit(settings)];
    await Promise.all(Array.from({ length: 30 }, (_, index) => (index % 2 ? one : two).append(refusal(`n${index}`))));
    expect(await check()).toMatchObject({ ok: true, lines: 30 });
  });

  it('names a line that was changed, also the last one', async () => {
    await write(refusal('a'), refusal('b'), refusal('c'));
    const whole = readFileSync(log(), 'utf8');
    for (const [name, line] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const) {
      writeFileSync(log(), whole.replace(`"name":"${name}"`, '"name":"x"'));
      expect((await check()).broken).toMatchObject({ line, why: expect.stringContaining('was changed') });
    }
  });

  it('names the place where a line was removed', async () => {
    await write(refusal('a'), refusal('b'), refusal('c'));
    const lines = readFileSync(log(), 'utf8').split('\n');
    writeFileSync(log(), [lines[0], ...lines.slice(2)].join('\n'));
    expect((await check()).broken).toMatchObject({ line: 2, why: expect.stringContaining('does not follow line 1') });
    writeFileSync(log(), lines.slice(1).join('\n'));
    expect((await check()).broken?.line).toBe(1);
  });

  it('continues after a line torn by a crash, and names it', async () => {
    await write(refusal('a'));
    writeFileSync(log(), '{"time":"2026', { flag: 'a' });
    await write(refusal('b'));
    expect(await check()).toMatchObject({ ok: true, lines: 3, torn: [{ line: 2 }] });
    await write(refusal('c'));
    writeFileSync(log(), readFileSync(log(), 'utf8').replace('"name":"c"', '"name":"x"'));
    expect(await check()).toMatchObject({ ok: false, torn: [{ line: 2 }], faults: [{ line: 4 }] });
  });

  it('takes no line for torn that was cut afterwards', async () => {
    await write(refusal('a'), refusal('b'), refusal('c'));
    const lines = readFileSync(log(), 'utf8').split('\n');
    writeFileSync(log(), [lines[0], lines[1]?.slice(0, 40), lines[2], ''].join('\n'));
    expect(await check()).toMatchObject({ ok: false, broken: { line: 2 } });
  });

  it('numbers its lines, and reports a clock that was set back', async () => {
    await write(refusal('a'), refusal('b'));
    settings = { ...settings, now: () => Date.UTC(2026, 10, 17) };
    await write(refusal('c'));
    const lines = readLines(await readAudit(log()), Date.UTC(2026, 10, 20));
    expect(lines.map(({ line }) => line.seq)).toEqual([1, 2, 3]);
    expect((await check()).notes).toMatchObject([{ line: 3, why: expect.stringContaining('set back by') }]);
  });

  it.each([
    ['emptied', () => writeFileSync(log(), '')],
    ['deleted', () => rmSync(log())],
    ['cut off', () => writeFileSync(log(), `${readFileSync(log(), 'utf8').split('\n')[0]}\n`)],
    ['replaced', () => writeFileSync(log(), FORMAT_1)],
  ])('is missed when it was %s, and the next line says so', async (_how, tamper) => {
    settings = { ...settings, headFile: join(root, 'elsewhere', 'heads.json') };
    const verify = async () =>
      verifyChain(await readAudit(log()), { head: await readHead(settings.headFile ?? '', log()) });
    await write(refusal('a'), refusal('b'));
    expect(await verify()).toMatchObject({ ok: true, missing: undefined });
    tamper();
    expect(await verify()).toMatchObject({ ok: false, missing: expect.stringContaining('line 2, written') });
    await write(refusal('c'));
    const report = await verify();
    expect(report).toMatchObject({ ok: false, missing: undefined });
    expect(report.broken?.why).toContain('is not in the log any more');
    expect(readLines(await readAudit(log())).at(-1)?.line).toMatchObject({ kind: 'refused', name: 'c' });
  });

  it.each([
    ['renamed', (aside: string) => renameSync(log(), aside)],
    [
      'copied and truncated',
      (aside: string) => {
        copyFileSync(log(), aside);
        writeFileSync(log(), '');
      },
    ],
    [
      'compressed',
      (aside: string) => {
        writeFileSync(`${aside}.gz`, gzipSync(readFileSync(log())));
        rmSync(log());
      },
    ],
  ])('continues in a new file when it was %s, with one chain over both', async (_how, rotate) => {
    const headFile = join(root, 'elsewhere', 'heads.json');
    settings = { ...settings, headFile };
    const verify = async () => {
      const head = await readHead(headFile, log());
      const { bytes, before } = await wholeLog(log(), await readAudit(log()), head);
      return verifyChain(bytes, { head: head && { ...head, start: head.start + before, end: head.end + before } });
    };
    await write(refusal('a'), refusal('b'));
    rotate(`${log()}.1`);
    expect(await verify()).toMatchObject({ ok: true, lines: 2 });
    await write(refusal('c'));
    rotate(`${log()}.2`);
    await write(refusal('d'), refusal('e'));
    expect(await verify()).toMatchObject({ ok: true, lines: 7, faults: [] });
    const [first] = readLines(await readAudit(log()));
    expect(first?.line).toMatchObject({
      kind: 'rotated',
      seq: 5,
      told: expect.stringContaining('after line 4 of audit.jsonl.2'),
    });
    // What was put aside is checked like the rest, and missed when it is taken away.
    for (const name of ['audit.jsonl.1', 'audit.jsonl.1.gz']) rmSync(join(settings.directory, name), { force: true });
    expect(await verify()).toMatchObject({
      ok: false,
      missing: expect.stringContaining('after line 2 of audit.jsonl.1'),
    });
    writeFileSync(`${log()}.1`, `${FORMAT_1}`);
    expect((await verify()).ok).toBe(false);
  });

  it('names a line that was changed in a log that was put aside', async () => {
    settings = { ...settings, headFile: join(root, 'heads.json') };
    await write(refusal('a'), refusal('b'));
    renameSync(log(), `${log()}.1`);
    await write(refusal('c'));
    writeFileSync(`${log()}.1`, readFileSync(`${log()}.1`, 'utf8').replace('"name":"a"', '"name":"x"'));
    const { bytes } = await wholeLog(log(), await readAudit(log()));
    expect(verifyChain(bytes).broken).toMatchObject({ line: 1, why: expect.stringContaining('was changed') });
  });

  it('is checked against a hash that somebody noted, also by its first digits', async () => {
    await write(refusal('a'));
    const { head } = await check();
    await write(refusal('b'));
    const log2 = await readAudit(log());
    expect(verifyChain(log2, { hash: head.slice(0, 12) }).ok).toBe(true);
    expect(verifyChain(log2, { hash: 'f00' }).missing).toContain('no line has the hash f00');
  });

  it('names an end and a call without their beginning', async () => {
    await write(end('gone'), { engine: engineId('prod'), kind: 'call', run: 'gone', call: 'stop', id: 'x' });
    expect((await check()).notes.map(({ line }) => line)).toEqual([1, 2]);
  });

  it('reports a run that began and never ended', async () => {
    await write(begin('a'), begin('b'), end('b'));
    expect(await check()).toMatchObject({
      ok: true,
      unfinished: [{ line: 1, name: 'exness/redis', user: 'ops', pid: 7 }],
    });
  });

  it('says where it cannot be written', async () => {
    writeFileSync(join(root, 'state'), 'a file in the way');
    await expect(openAudit(settings).append(refusal('a'))).rejects.toThrow(/cannot write the audit log .*ENOTDIR/);
  });

  it('breaks the lock of a process that is gone', async () => {
    await write(refusal('a'));
    const { hostname } = await import('node:os');
    for (const held of [
      `4194305 ${hostname()} some-nonce`,
      // This very process lives, but it did not make these: another start of the machine, another process with its pid.
      `${process.pid} ${hostname()} some-nonce another-boot 1`,
      `${process.pid} ${hostname()} some-nonce ${bootId() ?? ''} 1`,
      // Written by nobody that says when it started.
      `1 ${hostname()} x`,
    ]) {
      writeFileSync(`${log()}.lock`, held);
      await write(refusal('b'));
    }
    expect(await check()).toMatchObject({ ok: true, lines: 5 });
  });

  it('reads and continues a log of format 1, which named the engine once for a console', async () => {
    await write(refusal('removed'));
    writeFileSync(log(), FORMAT_1);
    await write(refusal('new'));
    expect(await check()).toMatchObject({ ok: true, lines: 3 });
    const lines = readLines(await readAudit(log()));
    expect(lines.map(({ line }) => [line.format, line.engine, lineAction(line)])).toEqual([
      [1, 'staging', 'restart'],
      [1, 'staging', 'stop'],
      [AUDIT_FORMAT, 'prod', 'restart'],
    ]);
    expect(JSON.stringify(lines[0]?.stored)).toBe(FORMAT_1.split('\n')[0]);
  });

  it('lies in the XDG state directory', () => {
    expect(auditDirectory({ XDG_STATE_HOME: '/srv/state' })).toBe('/srv/state/deskhand');
    expect(auditDirectory({ XDG_STATE_HOME: 'relative' })).toMatch(/\/\.local\/state\/deskhand$/);
  });
});

describe('a line that is JSON, but no record', () => {
  it.each([
    '{"kind":"begin","time":"2026-11-28T16:00:00.000Z","prev":"y"}',
    '{"kind":"end","time":"2026-11-28T16:00:00.000Z","prev":"y","steps":7}',
    '{"kind":"begin","time":7,"prev":"y","plan":{"objects":[null]}}',
    `${'['.repeat(5000)}${']'.repeat(5000)}`,
    'null',
  ])('is named by its number, and read past: %s', (text) => {
    const log = Buffer.from(`${text}\n`);
    expect(verifyChain(log)).toMatchObject({ ok: false, lines: 1, broken: { line: 1 } });
    expect(readLines(log)).toEqual([]);
  });
});
