import { describe, expect } from 'vitest';
import type { Check } from './contract.ts';
import {
  CHATTER,
  create,
  DEAF,
  eventsDuring,
  field,
  inspect,
  message,
  run,
  type Subject,
  untilState,
} from './subject.ts';

/** What happens over time, and how the events tell it. */
export function lifecycleContract(subject: () => Subject, it: Check): void {
  const post = (id: string, path: string, body?: unknown) =>
    subject().client.call('POST', `/containers/${id}/${path}`, body);
  const actions = async (id: string, last: string, act: () => Promise<unknown>): Promise<string[]> =>
    (await eventsDuring(subject(), id, last, act)).map((event) => event.Action);

  describe('events', () => {
    it('start: start', async () => {
      const { id } = await create(subject(), CHATTER);
      expect(await actions(id, 'start', () => post(id, 'start'))).toEqual(['start']);
    });

    it('stop: kill 15, die 0, stop', async () => {
      const { id, name } = await run(subject(), CHATTER);
      // Engine 26 sends `stop` and `die` in either order.
      const seen = await eventsDuring(subject(), id, ['stop', 'die'], () => post(id, 'stop?t=5'));
      const received = ['kill', 'die', 'stop'].flatMap((action) => seen.find((event) => event.Action === action) ?? []);
      expect(seen.filter((event) => event.Action !== 'start')).toHaveLength(3);
      expect(received[0]?.attributes).toMatchObject({
        signal: '15',
        name,
        image: subject().image,
        'deskhand.test': 'contract',
      });
      expect(received[1]?.attributes).toMatchObject({ exitCode: '0' });
      expect(received.map((event) => event.id)).toEqual([id, id, id]);
    });

    it('restart: kill, die, stop, start, restart', async () => {
      const { id } = await run(subject(), CHATTER);
      const seen = await actions(id, 'restart', () => post(id, 'restart?t=5'));
      const received = seen.filter((action, i) => i > 0 || action !== 'start');
      expect([received[0], new Set(received.slice(1, 3)), ...received.slice(3)]).toEqual([
        'kill',
        new Set(['die', 'stop']),
        'start',
        'restart',
      ]);
    });

    it('kill: kill 9, die 137', async () => {
      const { id } = await run(subject(), DEAF);
      const seen = await eventsDuring(subject(), id, 'die', () => post(id, 'kill'));
      const received = seen.filter((event) => event.Action !== 'start');
      expect(received.map((event) => [event.Action, event.attributes.signal ?? event.attributes.exitCode])).toEqual([
        ['kill', '9'],
        ['die', '137'],
      ]);
    });

    it('pause, unpause, rename, destroy', async () => {
      const { id, name } = await run(subject(), CHATTER);
      const seen = await actions(id, 'destroy', async () => {
        await post(id, 'pause');
        await post(id, 'unpause');
        await post(id, `rename?name=${name}-renamed`);
        await subject().client.call('DELETE', `/containers/${id}?force=1`);
      });
      // On a busy machine engine 20.10 sends what falls between past and present of a stream again, with another time.
      expect([...new Set(seen)].filter((action) => action !== 'start')).toEqual([
        'pause',
        'unpause',
        'rename',
        'kill',
        'die',
        'destroy',
      ]);
    });

    it('can be filtered by label and action, and end at a time', async () => {
      const { id, name } = await run(subject(), CHATTER);
      await post(id, 'pause');
      await post(id, 'unpause');
      const filters = encodeURIComponent(JSON.stringify({ label: [`deskhand.contract=${name}`], event: ['pause'] }));
      const reply = await subject().client.call(
        'GET',
        `/events?since=${Math.floor(Date.now() / 1000) - 60}&until=${(Date.now() / 1000).toFixed(3)}&filters=${filters}`,
      );
      const lines = reply.text
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line));
      expect(lines).toEqual([
        expect.objectContaining({
          Type: 'container',
          Action: 'pause',
          scope: 'local',
          status: 'pause',
          id,
          from: subject().image,
          time: expect.any(Number),
          timeNano: expect.any(Number),
        }),
      ]);
    });
  });

  it('kills after the time-out what ignores the stop signal: 137, and no OOM', async () => {
    const { id } = await run(subject(), DEAF);
    const seen = await eventsDuring(subject(), id, 'stop', () => post(id, 'stop?t=1'));
    expect(seen.filter((event) => event.Action === 'kill').map((event) => event.attributes.signal)).toEqual([
      '15',
      '9',
    ]);
    const state = field(await inspect(subject(), id), 'State');
    expect(state).toMatchObject({
      Status: 'exited',
      ExitCode: 137,
      OOMKilled: false,
      Running: false,
      Pid: 0,
      FinishedAt: expect.stringMatching(/^2/),
    });
  });

  it('shows paused as running and paused', async () => {
    const { id } = await run(subject(), CHATTER);
    await post(id, 'pause');
    expect(field(await inspect(subject(), id), 'State')).toMatchObject({
      Status: 'paused',
      Running: true,
      Paused: true,
    });
    await post(id, 'unpause');
  });

  it('restarts by policy as often as it may, and counts', async () => {
    const policy = { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } };
    const { id } = await run(subject(), 'echo no; exit 3', { HostConfig: policy });
    const state = await untilState(subject(), id, (now) => field(now, 'Status') === 'exited');
    expect(state).toMatchObject({ ExitCode: 3, Running: false, Restarting: false });
    expect(field(await inspect(subject(), id), 'RestartCount')).toBe(2);
  });

  it('leaves alone what was stopped by hand', async () => {
    const { id } = await run(subject(), CHATTER, { HostConfig: { RestartPolicy: { Name: 'unless-stopped' } } });
    await post(id, 'kill');
    const state = await untilState(subject(), id, (now) => field(now, 'Status') === 'exited');
    expect(state).toMatchObject({ ExitCode: 137 });
  });

  it('waits for the end and tells the exit code', async () => {
    const { id } = await run(subject(), 'sleep 0.5; exit 4');
    const reply = await post(id, 'wait');
    expect([reply.status, field(reply.json, 'StatusCode')]).toEqual([200, 4]);
  });

  it('changes limits of what runs, and refuses memory above its swap', async () => {
    const megabytes = 2 ** 20;
    const { id } = await run(subject(), CHATTER, {
      HostConfig: { Memory: 64 * megabytes, MemorySwap: 64 * megabytes },
    });
    const refused = await post(id, 'update', { Memory: 128 * megabytes });
    expect([refused.status >= 400, message(refused)]).toEqual([
      true,
      expect.stringContaining('update the memoryswap at the same time'),
    ]);
    const done = await post(id, 'update', { Memory: 128 * megabytes, MemorySwap: 128 * megabytes });
    expect([done.status, done.json]).toEqual([200, { Warnings: null }]);
    expect(field(await inspect(subject(), id), 'HostConfig.Memory')).toBe(128 * megabytes);
  });

  describe('health', () => {
    const check = (script: string) => ({
      Healthcheck: { Test: ['CMD-SHELL', script], Interval: 1e9, Timeout: 2e9, Retries: 2 },
    });

    it('is starting, then healthy, with the probe in the log and in the events', async () => {
      const { id } = await run(subject(), CHATTER, check('echo fine'));
      expect(field(await inspect(subject(), id), 'State.Health.Status')).toBe('starting');
      const seen = await actions(id, 'health_status: healthy', () => Promise.resolve());
      expect(seen.filter((action) => action !== 'start').slice(0, 4)).toEqual([
        'exec_create: /bin/sh -c echo fine',
        'exec_start: /bin/sh -c echo fine',
        'exec_die',
        'health_status: healthy',
      ]);
      const state = await untilState(subject(), id, (now) => field(now, 'Health.Status') === 'healthy');
      expect(field(state, 'Health')).toMatchObject({
        Status: 'healthy',
        FailingStreak: 0,
        Log: expect.arrayContaining([
          { Start: expect.any(String), End: expect.any(String), ExitCode: 0, Output: 'fine\n' },
        ]),
      });
    });

    it('is unhealthy after as many failures as it may have', async () => {
      const { id } = await run(subject(), CHATTER, check('echo broken; exit 1'));
      const state = await untilState(subject(), id, (now) => field(now, 'Health.Status') === 'unhealthy');
      expect(Number(field(state, 'Health.FailingStreak'))).toBeGreaterThanOrEqual(2);
      expect(field(state, 'Status')).toBe('running');
    });
  });
}
