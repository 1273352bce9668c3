import { parse } from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { service } from '../../test/builders/desk.ts';
import { container } from '../../test/builders/facts.ts';
import { fakeLog } from '../../test/builders/fake-log.ts';
import { fakeClock } from '../../test/fake-clock.ts';
import { type StandIn, type StoredLine, standIn } from '../../test/harness/log-servers.ts';
import type { LogRange } from '../engine/logs/range.ts';
import { openLogs } from '../engine/logs/session.ts';
import { containerId, engineId } from '../lib/ids.ts';
import { LogServer } from '../settings/log-server.ts';
import { olderSources, removedSources } from './server-log.ts';
import { sourcesOf } from './sources.ts';

let server: StandIn | undefined;
afterEach(() => server?.close());

const engine = engineId('lon-1');
const labels = { host: 'lon-1', compose_project: 'exness', compose_service: 'engine' };
const redis = service('exness', 'engine', {
  containers: [container('exness-engine-1', { id: containerId('c1') })],
});

/** All lines of the service in a range, oldest first: the engine's log begins at -10 s. */
async function read(
  stored: readonly StoredLine[],
  { kind = 'loki', range = 'between', removed }: { kind?: string; range?: 'between' | 'tail'; removed?: string } = {},
) {
  const clock = fakeClock();
  const now = BigInt(clock.now()) * 1_000_000n;
  const ago = (seconds: number) => now - BigInt(seconds) * 1_000_000_000n;
  server = await standIn(stored.map((line) => ({ ...line, at: now + line.at })));
  const log = fakeLog();
  log.write({ nanos: ago(10), text: 'engine: ten' }, { nanos: ago(5), text: 'engine: five' });
  const settings = parse(LogServer, { url: server.url, kind, headers: { 'X-Scope-OrgID': 'desk' } });
  const about = { engine, host: 'lon-1', server: settings, reader: log, clock };
  const spans: Record<typeof range, LogRange> = {
    between: { kind: 'between', since: clock.now() - 90 * 86_400_000, until: clock.now() },
    tail: { kind: 'last', lines: 10 },
  };
  const lines: string[] = [];
  const session = openLogs(log, clock, spans[range], {
    lines(_, batch, from, to) {
      for (let i = from; i < to; i += 1) lines.push(batch.bytes.toString('utf8', batch.starts[i], batch.ends[i]));
    },
  });
  session.setSources(
    removed === undefined
      ? [...sourcesOf([redis], engine), ...olderSources([redis], about)]
      : removedSources([removed], about),
  );
  await session.ended();
  session.close();
  return lines;
}

const SECOND = 1_000_000_000n;
const line = (seconds: number, text: string, container_name = '/exness-engine-1', more = {}): StoredLine => ({
  at: BigInt(seconds) * SECOND,
  text,
  labels: { ...labels, container_name, ...more },
});

describe.each(['loki', 'victorialogs'])('the log of a service on %s', (kind) => {
  it("adds lines older than the engine's and those of removed containers, merged by time without repetition", async () => {
    const stored = [
      line(-86_400 * 40, 'forty days ago'),
      line(-60, 'a minute ago'),
      line(-8, 'of a removed one', '/exness-engine-2'),
      line(-10, 'engine: ten'),
      line(-5, 'engine: five'),
      line(-50, 'of another service', '/x', { compose_service: 'other' }),
      line(-50, 'on another host', '/x', { host: 'lon-2' }),
    ];
    const lines = await read(stored, { kind });
    expect(lines).toEqual(['forty days ago', 'a minute ago', 'engine: ten', 'of a removed one', 'engine: five']);
    expect(server?.headers[0]?.['x-scope-orgid']).toBe('desk');
  });

  it('notes where lines may be missing between server and engine', async () => {
    const lines = await read([line(-60, 'a minute ago')], { kind });
    expect(lines).toEqual([
      'a minute ago',
      expect.stringMatching(/^exness-engine-1: lines may be missing from \S+Z, where the log server ends, to \S+Z/),
      'engine: ten',
      'engine: five',
    ]);
    await server?.close();
    expect((await read([], { kind })).join('\n')).toMatch(/the log server has nothing from before/);
  });

  it('reads page by page, even if many lines have the same time', async () => {
    const many = Array.from({ length: 5200 }, (_, i) => line(-3000 + Math.floor(i / 26), `line ${i}`));
    const lines = await read([...many, line(-10, 'engine: ten')], { kind });
    expect(lines.filter((text) => text.startsWith('line'))).toHaveLength(5200);
    expect(new Set(lines).size).toBe(lines.length);
  });
});

it('is not used for the newest lines', async () => {
  expect(await read([line(-60, 'a minute ago')], { range: 'tail' })).toEqual(['engine: ten', 'engine: five']);
  expect(server?.asked).toEqual([]);
});

it('finds services that the engine has forgotten', async () => {
  const stored = [line(-60, 'its last words', '/exness-gone-1', { compose_service: 'gone' })];
  expect(await read(stored, { removed: 'exness/gone' })).toEqual(['its last words']);
});

it('says why the server was not read', async () => {
  const clock = fakeClock();
  const log = fakeLog();
  const settings = parse(LogServer, { url: 'http://127.0.0.1:1' });
  const lines: string[] = [];
  const session = openLogs(
    log,
    clock,
    { kind: 'between', since: clock.now() - 1000, until: clock.now() },
    {
      lines: (_, batch) => void lines.push(batch.bytes.toString()),
    },
  );
  session.setSources(olderSources([redis], { engine, server: settings, reader: log, clock }));
  await session.ended();
  session.close();
  expect(lines.join('')).toMatch(/the log server was not read: .*127\.0\.0\.1/);
});
