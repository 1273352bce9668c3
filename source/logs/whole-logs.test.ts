import { describe, expect, it } from 'vitest';
import { fakeLog } from '../../test/builders/fake-log.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import { EngineError } from '../engine/engine.ts';
import { containerId, engineId } from '../lib/ids.ts';
import { wholeLogs } from './whole-logs.ts';

const AT = 1_768_468_502_000_000_000n;
const line = (ms: number, text: string) => ({ nanos: AT + BigInt(ms) * 1_000_000n, text });
const source = (id: string) => ({
  engine: engineId('fake'),
  id: containerId(id),
  name: `redis-${id}`,
  running: true,
});

async function read(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

describe('wholeLogs', () => {
  it('contains everything that the engine has, merged, and ends by itself', async () => {
    const logs = { a: fakeLog(), b: fakeLog() };
    logs.a.write(line(1, '\u001b[31ma1'), line(3, 'a3'));
    logs.b.write(line(2, 'b2'));
    const engine = {
      logs: (id: string, query: object) => logs[id as 'a'].logs(id, { follow: false, ...query }),
      container: (id: string) => logs[id as 'a'].container(id),
    };
    const text = await read(wholeLogs(engine, fakeClock(), [source('a'), source('b')]));
    expect(text.replace(/^\S+Z /gm, '')).toBe('redis-a a1\nredis-b b2\nredis-a a3\n');
    expect(text).toMatch(/^2026-01-15T09:15:02\.001Z redis-a/);
  });

  it('is read no faster than it is written, without losing anything', async () => {
    const log = fakeLog();
    const count = 60_000;
    log.write(...Array.from({ length: count }, (_, i) => line(i, `line ${i} ${'x'.repeat(150)}`)));
    log.chunk = () => 64 * 1024;
    const pieces = wholeLogs(log, fakeClock(), [source('a')]);
    let lines = 0;
    for await (const piece of pieces) {
      expect(piece.length).toBeLessThan(5 * 1024 * 1024);
      lines += piece.split('\n').length - 1;
      for (let turn = 0; turn < 300; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(lines).toBe(count);
  });

  it('says what could not be read', async () => {
    const log = fakeLog();
    log.failure = new EngineError('engine-error', 'configured logging driver does not support reading');
    const text = await read(wholeLogs(log, fakeClock(), [{ ...source('a'), tty: false }]));
    expect(text).toBe('[deskhand: redis-a: not read: configured logging driver does not support reading]\n');
  });
});
