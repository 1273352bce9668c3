import { afterAll, beforeAll, expect, it } from 'vitest';
import { adviceFor } from '../../source/desk/advice.ts';
import { adviceText } from '../../source/desk/advice-words.ts';
import { Deriver } from '../../source/desk/derive.ts';
import type { Desk, Service, VerdictCode } from '../../source/desk/model.ts';
import { initialState, reduceAll } from '../../source/desk/reduce.ts';
import type { DeskState } from '../../source/desk/state.ts';
import type { CreateBody } from '../../source/engine/engine.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { containerId, engineId, serviceId } from '../../source/lib/ids.ts';
import { POLITE } from '../actions/real.ts';
import { IMAGE } from '../stacks/image.ts';
import { gone, runId, runLabels } from '../stacks/run.ts';
import { describeEngine } from './require-engine.ts';
import { openRoom, type Room, type Watch } from './watch.ts';

const STUBBORN = `trap '' TERM; while :; do sleep 1; done`;
/** Doubles a string until the kernel ends it; waits first, so that the engine is watching. */
const GREEDY = 'sleep 1; x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done';
const MEMORY = { Memory: 8 * 1024 * 1024, MemorySwap: 8 * 1024 * 1024 };
const PROJECT = `${runId}-verdicts`;

const labels = (service: string, dependsOn = ''): Record<string, string> => ({
  ...runLabels,
  'com.docker.compose.project': PROJECT,
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': '1',
  'com.docker.compose.oneoff': 'False',
  ...(dependsOn ? { 'com.docker.compose.depends_on': dependsOn } : {}),
});
const check = (command: string, retries = 1) => ({
  Test: ['CMD-SHELL', command],
  Interval: 3e8,
  Timeout: 2e9,
  Retries: retries,
});

describeEngine('verdicts on the real engine', () => {
  let room: Room;
  let watch: Watch;
  let state: DeskState = initialState(systemClock.now(), engineId('fake'));
  let taken = 0;
  /** Created, but not by the room. */
  const made: string[] = [];
  const deriver = new Deriver();
  beforeAll(async () => {
    room = await openRoom('verdicts');
    watch = room.watch({ pollSeconds: 1, inspectsPerSecond: 1000 });
    await watch.until(() => watch.inventory.connection().state === 'ready');
  });
  afterAll(async () => {
    for (const id of made) await gone(room.docker.getContainer(id).remove({ force: true, v: true }));
    await room.end();
  });

  /** The desk of all that was told so far. */
  function desk(): Desk {
    const news = watch.messages.slice(taken);
    taken = watch.messages.length;
    state = reduceAll(state, [...news, { type: 'tick', now: systemClock.now() }]);
    return deriver.derive(state);
  }
  const owner = (id: string): Service | undefined => {
    const now = desk();
    return now.byId.get(serviceId(now.ownerOf.get(containerId(id)) ?? ''));
  };
  /** The service of a container once its verdict is the wanted one. */
  async function judged(
    id: string,
    code: VerdictCode,
    also: (service: Service) => boolean = () => true,
  ): Promise<Service> {
    let found: Service | undefined;
    await watch.until(() => {
      found = owner(id);
      return found?.verdict.code === code && also(found);
    });
    if (!found) throw new Error('unreachable');
    return found;
  }
  const advice = (service: Service) => {
    const found = adviceFor(service, desk(), state);
    return found && adviceText(found, (step) => step);
  };
  async function created(name: string, body: CreateBody): Promise<string> {
    const { id } = await room.engine.create(`${PROJECT}-${name}`, { Image: IMAGE, Cmd: ['sleep', '1000'], ...body });
    made.push(id);
    return id;
  }
  const removed = (id: string) => gone(room.docker.getContainer(id).remove({ force: true, v: true }));

  it('says out of memory, with the limit, and where it came back says so still', async () => {
    const id = await room.run('oom', GREEDY, { HostConfig: MEMORY });
    const { verdict } = await judged(id, 'oom-killed');
    expect(verdict).toMatchObject({ level: 'down', reason: 'exit 137, out of memory (limit 8MiB)' });
    const back = await room.run('oom-again', `[ -e /once ] && sleep 1000; touch /once; ${GREEDY}`, {
      HostConfig: { ...MEMORY, RestartPolicy: { Name: 'always' } },
    });
    const again = await judged(back, 'oom-killed', (service) => service.running === 1);
    expect(again.verdict).toMatchObject({
      level: 'degraded',
      reason: 'ran out of memory and was restarted (limit 8MiB)',
    });
  });

  it('shows a process that was killed inside a container that runs on', async () => {
    const id = await room.run('oom-inside', `sh -c '${GREEDY}'; sleep 1000`, { HostConfig: MEMORY });
    const { verdict, running } = await judged(id, 'oom-inside');
    expect(verdict.reason).toContain('the container keeps running');
    expect(running).toBe(1);
  });

  it('tells an ordinary stop that needed its SIGKILL from a kill', async () => {
    const stopped = await room.run('stop', STUBBORN);
    const killed = await room.run('kill', STUBBORN);
    await room.engine.stop(stopped, 1);
    await room.engine.kill(killed, 'SIGKILL');
    expect((await judged(stopped, 'stopped')).verdict.reason).toMatch(/^stopped; ignored the stop signal/);
    expect((await judged(killed, 'killed')).verdict.reason).toBe('exit 137, killed on request (docker kill)');
  });

  it('blames a probe without its command, and sees one that flaps', async () => {
    const id = await room.run('curl', POLITE, { Healthcheck: check('curl -f localhost') });
    const sick = await judged(id, 'probe-broken', (service) => service.verdict.reason.includes('curl'));
    expect(sick.verdict.reason).toMatch(/^unhealthy: the probe cannot work, curl is not in the image/);
    expect(sick.verdict.since).toEqual(expect.any(Number));
    expect(advice(sick)).toContain('A restart does not help');
    const flips = check('if [ -e /flip ]; then rm /flip; else touch /flip; false; fi');
    const flapping = await judged(await room.run('flap', POLITE, { Healthcheck: flips }), 'flapping');
    expect(flapping.verdict.reason).toMatch(/^health is flapping: \d+ changes in 10m/);
  });

  it('recognises a restart loop, with exits, back-off and code', async () => {
    const id = await room.run('loop', 'sleep 0.1; exit 3', { HostConfig: { RestartPolicy: { Name: 'always' } } });
    const { verdict } = await judged(id, 'restart-loop', (service) => service.verdict.reason.includes('exit 3'));
    expect(verdict.level).toBe('down');
    expect(verdict.reason).toMatch(/^restart loop: \d+ exits in \d+s, back-off [\d.]+m?s; exit 3$/);
  });

  it('folds what was never started under the job that failed', async () => {
    const waits = labels('backend', 'db-migrate:service_completed_successfully:false');
    const backend = await created('backend', { Labels: waits });
    const migrate = await room.run('db-migrate', 'sleep 0.2; exit 1', { Labels: labels('db-migrate') });
    const failed = await judged(migrate, 'job-failed', (service) => service.blocks.length > 0);
    expect(failed).toMatchObject({
      job: true,
      jobBecause: 'backend waits for its completion',
      blocks: [`compose:${PROJECT}/backend`],
    });
    expect(owner(backend)).toMatchObject({
      verdict: { level: 'down', code: 'blocked' },
      cause: { serviceId: failed.id, signal: 'depends_on db-migrate (service_completed_successfully)' },
    });
    expect(advice(failed)).toContain('then start backend');
  });

  it('names the port that is taken', async () => {
    const publish = (port: string) => ({
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: port }] } },
    });
    const first = await room.run('port', POLITE, { ...publish('0'), Labels: runLabels });
    await watch.until(() => watch.shown(first)?.ports[0]?.host !== undefined);
    const port = String(watch.shown(first)?.ports[0]?.host);
    const second = await created('port-taken', { ...publish(port), Labels: runLabels });
    await expect(room.engine.start(second)).rejects.toThrow('already allocated');
    const { verdict } = await judged(second, 'cannot-start');
    expect(verdict.reason).toBe(`cannot start: port ${port} is already allocated (on 127.0.0.1)`);
  });

  it('connects a failure with the image that was deployed before it', async () => {
    const health = (command: string) => ({ Labels: labels('deployed'), Healthcheck: check(command) });
    const old = await room.run('deployed', POLITE, health('true'));
    await judged(old, 'healthy');
    const name = { repo: `deskhand/${runId}`, tag: 'next' };
    await room.docker.getContainer(old).commit(name);
    const image = `${name.repo}:${name.tag}`;
    try {
      await removed(old);
      const next = await room.run('deployed-next', POLITE, {
        ...health('echo "HTTP/1.1 503 Service Unavailable"; false'),
        Image: image,
      });
      // Engine 26 sends the event before it keeps what the probe printed.
      const told = ({ verdict: { reason } }: Service) => reason.includes('image') && reason.includes('probe');
      const { verdict } = await judged(next, 'unhealthy', told);
      expect(verdict.reason).toMatch(/^unhealthy: probe HTTP 503; \S+ after image deskhand\/busybox:1 → /);
      expect(advice(owner(next) as Service)).toContain('set its image to deskhand/busybox:1 where it is defined');
      await removed(next);
    } finally {
      await room.docker.getImage(image).remove({ force: true });
    }
  });

  it('points from the symptom at the dependency that was killed, by the environment alone', async () => {
    const network = await room.docker.createNetwork({ Name: PROJECT, Labels: runLabels });
    try {
      const attached = (alias: string) => ({
        HostConfig: { NetworkMode: PROJECT },
        NetworkingConfig: { EndpointsConfig: { [PROJECT]: { Aliases: [alias] } } },
      });
      const redis = await room.run('redis', POLITE, { Labels: labels('redis'), ...attached('redis') });
      const app = await room.run('app', POLITE, {
        Labels: labels('app'),
        Env: ['REDIS_URL=redis://:secret@redis:6379/0'],
        Healthcheck: check('nslookup redis', 2),
        ...attached('app'),
      });
      await judged(app, 'healthy', (service) => service.dependsOn.length === 1);
      await room.engine.kill(redis, 'SIGKILL');
      const symptom = await judged(app, 'unhealthy', (service) => service.cause !== undefined);
      expect(symptom.cause).toMatchObject({
        serviceId: `compose:${PROJECT}/redis`,
        signal: expect.stringMatching(/^environment REDIS_URL names redis/),
      });
      expect(owner(redis)).toMatchObject({ verdict: { code: 'killed' }, blocks: [symptom.id] });
      await removed(app);
      await removed(redis);
    } finally {
      await network.remove();
    }
  });
});
