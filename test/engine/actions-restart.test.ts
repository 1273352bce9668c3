import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyChain } from '../../source/actions/audit/chain.ts';
import { openAudit, readAudit } from '../../source/actions/audit/file.ts';
import { identity } from '../../source/actions/audit/identity.ts';
import { restart } from '../../source/actions/restart.ts';
import { containerId } from '../../source/lib/ids.ts';
import { openPlace, type Place, POLITE, planned } from '../actions/real.ts';
import { until } from '../harness/until.ts';
import { describeEngine } from './require-engine.ts';

const RESTART_CHILD = fileURLToPath(new URL('../actions/restart-child.ts', import.meta.url));
const FOREVER = 'while :; do sleep 1; done';
/** Ends at once on TERM. */
const probe = (command: string) => ({
  Healthcheck: { Test: ['CMD-SHELL', command], Interval: 3e8, Timeout: 1e9, Retries: 20, StartPeriod: 0 },
});

const failing = (command: string) => ({ Healthcheck: { ...probe(command).Healthcheck, Retries: 2 } });

describeEngine('restart on the real engine', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace('actions-restart');
  });
  afterAll(() => place.end());

  const plan = async (id: string) =>
    planned(await place.plan(restart, { engine: place.engine.id, kind: 'container', id: containerId(id) }));
  const startedAt = async (id: string) => (await place.engine.container(id)).detail?.startedAt;

  it('restarts a container without a health check, watches it, and records both ends', async () => {
    const id = await place.run('plain', POLITE);
    const before = await startedAt(id);
    const result = await place.execute(restart, await plan(id));
    expect(result).toMatchObject({
      kind: 'done',
      outcome: { ok: true, verification: /^running again after [\d.]+s \(no health check; watched for 2s\)$/ },
    });
    expect(await startedAt(id)).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY);
    const lines = (await place.log()).map(({ line }) => line);
    expect(lines.filter(({ kind }) => kind !== 'call').slice(-2)).toMatchObject([
      { kind: 'begin', plan: { objects: [{ id }] }, engine: expect.any(String) },
      { kind: 'end', ok: true, steps: [{ call: 'restart (stop timeout 10 s)', ok: true }] },
    ]);
  });

  it('waits until the health check says healthy', async () => {
    const script = `rm -f /ready; (sleep 1; touch /ready) & ${POLITE}`;
    const id = await place.run('checked', script, probe('test -f /ready'));
    await settled(id, 'healthy');
    const result = await place.execute(restart, await plan(id));
    expect(result).toMatchObject({ outcome: { ok: true, verification: /^healthy again after [\d.]+s$/ } });
    expect((await place.engine.container(id)).health).toBe('healthy');
  });

  it('says that the new run is unhealthy, with what the probe said', async () => {
    const script = `[ -e /once ] && touch /sick; touch /once; ${POLITE}`;
    const id = await place.run(
      'sick',
      script,
      failing('if test -f /sick; then echo no connection to redis; exit 1; fi'),
    );
    await settled(id, 'healthy');
    const result = await place.execute(restart, await plan(id));
    expect(result).toMatchObject({
      outcome: { ok: false, verification: /^is unhealthy after .*: no connection to redis$/ },
    });
  });

  it('says that the new run died at once, with and without a restart policy', async () => {
    const script = `[ -e /once ] && exit 3; touch /once; ${POLITE}`;
    const once = await place.run('dies', script);
    expect(await place.execute(restart, await plan(once))).toMatchObject({
      outcome: { ok: false, verification: /^exited again with code 3 after/ },
    });
    const looping = await place.run('loops', script, { HostConfig: { RestartPolicy: { Name: 'always' } } });
    expect(await place.execute(restart, await plan(looping))).toMatchObject({
      outcome: { ok: false, verification: /being restarted by its policy/ },
    });
  });

  it('gives a container that ignores TERM its own stop timeout', async () => {
    const id = await place.run('stubborn', `trap '' TERM; ${FOREVER}`, { StopTimeout: 2 });
    const made = await plan(id);
    expect(made.objects[0]?.note).toBe("SIGTERM, after 2 s SIGKILL (the container's stop timeout)");
    const signals: { signal: string; at: number }[] = [];
    const controller = new AbortController();
    const watching = place.engine.events({ signal: controller.signal }, (event) => {
      if (event.id === id && event.action === 'kill')
        signals.push({ signal: event.attributes.signal ?? '', at: event.at });
    });
    expect(await place.execute(restart, made)).toMatchObject({ outcome: { ok: true } });
    controller.abort();
    await watching.catch(() => undefined);
    expect(signals.map(({ signal }) => signal)).toEqual(['15', '9']);
    expect((signals[1]?.at ?? 0) - (signals[0]?.at ?? 0)).toBeGreaterThanOrEqual(1900);
  });

  it('does nothing to a container that was removed, recreated or restarted since the plan', async () => {
    const id = await place.run('gone', POLITE);
    const made = await plan(id);
    await place.engine.remove(id, { force: true, volumes: false });
    const another = await place.run('gone', POLITE);
    const before = await startedAt(another);
    expect(await place.execute(restart, made)).toMatchObject({
      kind: 'refused',
      refusal: { refused: `${place.nameOf('gone')} has been removed since the plan was shown` },
    });
    expect(await startedAt(another)).toBe(before);
    const second = await plan(another);
    await place.engine.restart(another, 1);
    const after = await startedAt(another);
    expect(await place.execute(restart, second)).toMatchObject({ refusal: { refused: /was started again/ } });
    expect(await startedAt(another)).toBe(after);
  });

  it('refuses when the audit log cannot be written, and touches nothing', async () => {
    const id = await place.run('unrecorded', POLITE);
    const before = await startedAt(id);
    const made = await plan(id);
    const audit = openAudit({
      directory: '/proc/deskhand',
      identity: identity(process.env),
      now: () => 0,
      mask: (text) => text,
    });
    expect(await place.execute(restart, made, { audit })).toMatchObject({
      kind: 'refused',
      refusal: { refused: /cannot write the audit log \/proc\/deskhand.*not done unrecorded/ },
    });
    expect(await startedAt(id)).toBe(before);
  });

  it('leaves a begin without an end when the console is killed in the middle', async () => {
    const child = spawn(process.execPath, [RESTART_CHILD, place.directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const id = String(line).trim();
    try {
      await until(
        () => place.log(),
        (log) => log.some((entry) => entry.line.pid === child.pid),
      );
      child.kill('SIGKILL');
      await once(child, 'exit');
      const report = verifyChain(await readAudit(join(place.directory, 'audit.jsonl')));
      expect(report).toMatchObject({ ok: true, unfinished: [{ action: 'restart', pid: child.pid }] });
    } finally {
      child.kill('SIGKILL');
      await place.engine.remove(id, { force: true, volumes: true });
    }
  });

  async function settled(id: string, health: string): Promise<void> {
    await until(
      () => place.engine.container(id),
      (facts) => facts.health === health,
    );
  }
});
