import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Call, createCall } from '../../source/engine/api/call.ts';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import type { Engine } from '../../source/engine/engine.ts';
import { FLAGS } from '../../source/engine/logs/flags.ts';
import type { LogRange } from '../../source/engine/logs/range.ts';
import { type LogSource, openLogs, type SourceStatus } from '../../source/engine/logs/session.ts';
import { SLICE_BYTES } from '../../source/engine/logs/turn-budget.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { containerId } from '../../source/lib/ids.ts';
import { startEngine } from '../harness/engine.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { describeEngine, engineHost } from './require-engine.ts';

const PREFIX = `logs-test-${process.pid}`;
const TAIL: LogRange = { kind: 'tail', lines: 1000 };

type Emitted = { source: number; text: string; time: number; flags: number };

/** Follows some containers and keeps what was told; `until` resolves as soon as it holds. */
function follow(engine: Engine, range: LogRange = TAIL, keep = 100_000) {
  const emitted: Emitted[] = [];
  const runs: number[] = [];
  const waiting = new Set<() => void>();
  const check = () => {
    for (const look of waiting) look();
  };
  const session = openLogs(engine, systemClock, range, {
    lines(source, batch, from, to) {
      runs.push(to - from);
      for (let i = from; i < to && emitted.length < keep; i += 1) {
        emitted.push({
          source,
          text: batch.bytes.toString('utf8', batch.starts[i], batch.ends[i]),
          time: (batch.seconds[i] ?? 0) * 1000 + (batch.nanos[i] ?? 0) / 1e6,
          flags: batch.flags[i] ?? 0,
        });
      }
      check();
    },
    changed: check,
  });
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const status = (number = 0): SourceStatus => {
    const found = session.statuses()[number];
    if (!found) throw new Error(`there is no source ${number}`);
    return found;
  };
  return { session, emitted, runs, until, status, texts: () => emitted.map(({ text }) => text) };
}

describeEngine('logs of a real engine', () => {
  let call: Call;
  let docker: Docker;
  let engine: Engine;
  const made: string[] = [];

  beforeAll(async () => {
    call = createCall(resolveEndpoint({ flags: { host: engineHost }, env: {}, home: '/nonexistent' }));
    docker = call.docker;
    engine = createEngine(call.endpoint, call);
    await buildImage(docker);
  });

  afterAll(async () => {
    for (const name of made) await docker.getContainer(name).remove({ force: true, v: true }).catch(ignoreMissing);
    engine.close();
  });

  /** Starts a container that runs a shell script. */
  async function run(name: string, script: string, more: Docker.ContainerCreateOptions = {}): Promise<LogSource> {
    const container = await docker.createContainer({
      name: `${PREFIX}-${name}`,
      Image: IMAGE,
      Cmd: ['sh', '-c', script],
      Labels: { 'deskhand.room': 'logs' },
      StopTimeout: 1,
      ...more,
    });
    made.push(container.id);
    await container.start();
    return { engine: engine.id, id: containerId(container.id), name, running: true };
  }

  it('tells stdout from stderr, whole lines, with their times', async () => {
    const source = await run('streams', 'echo out ₹; echo err >&2; printf "no end"; sleep 100');
    const { session, emitted, until } = follow(engine);
    session.setSources([source]);
    await until(() => emitted.length >= 2);
    expect(emitted.find(({ text }) => text === 'out ₹')?.flags).toBe(0);
    expect(emitted.find(({ text }) => text === 'err')?.flags).toBe(FLAGS.stderr);
    expect(Math.abs((emitted[0]?.time ?? 0) - Date.now())).toBeLessThan(60_000);
    session.close();
  });

  it('reads a TTY, and a line longer than the engine takes in one piece', async () => {
    const long = 'head -c 40000 /dev/zero | tr "\\0" x';
    const terminal = await run('tty', `${long}; echo; echo done; sleep 100`, { Tty: true });
    const pipe = await run('pipe', `${long}; echo; echo done; sleep 100`);
    for (const source of [terminal, pipe]) {
      const { session, texts, until } = follow(engine);
      session.setSources([source]);
      await until(() => texts().includes('done'));
      expect(texts().map((text) => text.length)).toEqual([40_000, 4]);
      expect(texts()[0]).toMatch(/^x+$/);
      session.close();
    }
  });

  it('follows through restarts: no line twice, none missing, no note', async () => {
    const script =
      'n=$(cat /n 2>/dev/null || echo 0); while :; do n=$((n+1)); echo $n > /m; mv /m /n; echo "line $n"; sleep 0.01; done';
    const source = await run('restart', script, { StopSignal: 'SIGKILL' });
    const { session, texts, until } = follow(engine);
    session.setSources([source]);
    for (let restart = 0; restart < 3; restart += 1) {
      const before = texts().length;
      await until(() => texts().length > before + 20);
      await docker.getContainer(source.id).restart({ t: 1 });
      session.setSources([{ ...source, running: true }]);
      session.wake();
    }
    const before = texts().length;
    await until(() => texts().length > before + 20);
    const seen = texts();
    const numbers = seen.map((text) => Number(/^line (\d+)$/.exec(text)?.[1]));
    // A kill between counting and printing leaves out a number in the program itself, never in its log.
    const logged = await everything(engine, source.id);
    expect(seen).toEqual(logged.slice(0, seen.length));
    expect(new Set(numbers).size).toBe(numbers.length);
    session.close();
  });

  it('reports the last words of a container that ends, and of one that runs again later', async () => {
    const source = await run('last', 'echo first; for i in $(seq 500); do echo "word $i"; done; echo last');
    const { session, texts, until, status } = follow(engine);
    session.setSources([source]);
    await until(() => texts().includes('last'));
    expect(texts()).toEqual(['first', ...Array.from({ length: 500 }, (_, i) => `word ${i + 1}`), 'last']);
    await docker.getContainer(source.id).wait();
    await docker.getContainer(source.id).start();
    session.setSources([{ ...source, running: false }]);
    session.setSources([source]);
    await until(() => texts().filter((text) => text === 'last').length === 2);
    expect(texts().length).toBe(1004);
    expect(status().reason).toBe('');
    session.close();
  });

  it('merges two replicas by time, and a third that joins, and a container made again under the same name', async () => {
    const script = (name: string) => `i=0; while :; do i=$((i+1)); echo "${name} $i"; sleep 0.02; done`;
    const sources = [await run('a', script('a')), await run('b', script('b'))];
    const { session, emitted, until } = follow(engine);
    session.setSources(sources);
    const count = (source: number) => emitted.filter((line) => line.source === source).length;
    await until(() => count(0) > 30 && count(1) > 30);
    sources.push(await run('c', script('c')));
    session.setSources(sources);
    await until(() => count(2) > 20);
    // An engine that stalls for longer than the window may hand a few lines out too late.
    const late = emitted.filter(({ time }, i) => time < (emitted[i - 1]?.time ?? 0));
    expect(late.length).toBeLessThanOrEqual(emitted.length / 50);
    expect(new Set(emitted.slice(0, 40).map(({ source }) => source)).size).toBe(2);

    await docker.getContainer(`${PREFIX}-a`).remove({ force: true });
    const again = await run('a', script('again'));
    session.setSources([again, ...sources.slice(1)]);
    await until(() => count(3) > 5);
    const first = emitted.filter(({ source }) => source === 3).map(({ text }) => text);
    expect(first.slice(0, 3)).toEqual(['again 1', 'again 2', 'again 3']);
    await until(() => session.statuses()[0]?.state === 'gone');
    session.close();
  });

  it('reads the head, the run before the last start, and what was since a moment', async () => {
    const source = await run(
      'ranges',
      'n=$(cat /n 2>/dev/null || echo 0); echo $((n+1)) > /n; echo "run $n"; sleep 100',
    );
    const first = follow(engine);
    first.session.setSources([source]);
    await first.until(() => first.texts().includes('run 0'));
    await docker.getContainer(source.id).restart({ t: 0 });
    await first.until(() => first.texts().includes('run 1'));
    first.session.close();
    const read = async (range: LogRange) => {
      const { session, texts, until, status } = follow(engine, range);
      session.setSources([source]);
      await until(() => status().state === 'ended' || status().state === 'live');
      session.close();
      return texts();
    };
    expect(await read({ kind: 'head', lines: 1 })).toEqual(['run 0']);
    expect(await read({ kind: 'previous', lines: 10 })).toEqual(['run 0']);
    expect(await read({ kind: 'since', ms: 60_000 })).toEqual(['run 0', 'run 1']);
    expect(await read({ kind: 'between', since: Date.now() + 60_000, until: Date.now() + 70_000 })).toEqual([]);
  });

  it('says that the log of a container without a readable driver cannot be read', async () => {
    const source = await run('none', 'sleep 100', { HostConfig: { LogConfig: { Type: 'none', Config: {} } } });
    const { session, until, status } = follow(engine);
    session.setSources([source]);
    await until(() => status().state === 'unreadable');
    expect(status().reason).toMatch(/does not support reading/);
    session.close();
  });

  it('continues over a restart of the engine itself: every line once', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'deskhand-logs-engine-'));
    const own = await startEngine(directory);
    const ownCall = createCall(resolveEndpoint({ flags: { host: own.host }, env: {}, home: '/nonexistent' }));
    const ownEngine = createEngine(ownCall.endpoint, ownCall);
    try {
      await buildImage(own.docker);
      const script =
        'n=$(cat /n 2>/dev/null || echo 0); while :; do n=$((n+1)); echo $n > /m; mv /m /n; echo "line $n"; sleep 0.02; done';
      const container = await own.docker.createContainer({
        Image: IMAGE,
        Cmd: ['sh', '-c', script],
        StopSignal: 'SIGKILL',
        HostConfig: { RestartPolicy: { Name: 'always' }, NetworkMode: 'none' },
      });
      await container.start();
      const { session, texts, until, status } = follow(ownEngine);
      session.setSources([{ engine: ownEngine.id, id: containerId(container.id), name: 'line', running: true }]);
      await until(() => texts().length > 20);
      await own.stop();
      await own.start();
      session.wake();
      const before = texts().length;
      await until(() => texts().length > before + 20);
      const seen = texts();
      expect(seen).toEqual((await everything(ownEngine, container.id)).slice(0, seen.length));
      expect(status().state).toBe('live');
      session.close();
    } finally {
      ownEngine.close();
      await own.remove();
    }
  });

  it('takes a torrent in slices, so that the event loop turns between them', async () => {
    const source = await run('yes', 'yes "tick 100 orders 31"', {
      HostConfig: { LogConfig: { Type: 'json-file', Config: { 'max-size': '20m', 'max-file': '2' } } },
    });
    const { session, runs, until, status } = follow(engine, TAIL, 0);
    session.setSources([source]);
    let turns = 0;
    let going = true;
    const turn = () => {
      turns += 1;
      if (going) setImmediate(turn);
    };
    setImmediate(turn);
    await until(() => status().lines > 300_000);
    going = false;
    await docker.getContainer(source.id).kill();
    expect(Math.max(...runs)).toBeLessThanOrEqual(SLICE_BYTES / 30);
    expect(turns).toBeGreaterThan(runs.length / 40);
    session.close();
  });
});

/** The whole log as it is, read at once. */
async function everything(engine: Engine, id: string): Promise<string[]> {
  const { session, texts, until, status } = follow(engine, { kind: 'head', lines: 100_000 });
  session.setSources([{ engine: engine.id, id: containerId(id), name: '', running: true }]);
  await until(() => status().state === 'ended');
  session.close();
  return texts();
}

function ignoreMissing(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
