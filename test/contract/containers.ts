import { describe, expect } from 'vitest';
import type { Check } from './contract.ts';
import { array, CHATTER, create, field, inspect, message, record, run, type Subject, text } from './subject.ts';

/** The list, the inspect and the refusals. */
export function containersContract(subject: () => Subject, it: Check): void {
  const list = async (filters: Record<string, string[]>, more = 'all=1'): Promise<unknown[]> => {
    const query = encodeURIComponent(JSON.stringify(filters));
    const reply = await subject().client.call('GET', `/containers/json?${more}&filters=${query}`);
    expect(reply.status).toBe(200);
    return array(reply.json);
  };
  const names = (entries: readonly unknown[]): string[] =>
    entries.map((entry) => text(array(field(entry, 'Names'))[0]));

  it('lists a container with what a table needs', async () => {
    const { name, id } = await run(subject(), CHATTER, { ExposedPorts: { '81/tcp': {} } });
    const [entry] = await list({ name: [name] });
    expect(entry).toMatchObject({
      Id: id,
      Names: [`/${name}`],
      Image: subject().image,
      ImageID: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      Command: expect.stringMatching(/^sh -c /),
      Created: expect.any(Number),
      Ports: [{ PrivatePort: 81, Type: 'tcp' }],
      Labels: { 'deskhand.test': 'contract' },
      State: 'running',
      Status: expect.stringMatching(/^Up (Less than a second|\d+ seconds?)$/),
      // Engines from 26 on write the name of the network behind "default".
      HostConfig: { NetworkMode: expect.stringMatching(/^(default|bridge)$/) },
      NetworkSettings: { Networks: { bridge: { IPAddress: expect.any(String), NetworkID: expect.any(String) } } },
      Mounts: [],
    });
    expect(Math.abs(Number(field(entry, 'Created')) - Date.now() / 1000)).toBeLessThan(30);
  });

  it('filters by label, id, name and status, and limits', async () => {
    const stopped = await create(subject(), 'sleep 1');
    const running = await run(subject(), CHATTER);
    const own = (name: string): string => `deskhand.contract=${name}`;
    expect(names(await list({ label: [own(running.name)] }))).toEqual([`/${running.name}`]);
    expect(await list({ label: [own(stopped.name)] }, 'all=0')).toEqual([]);
    expect(names(await list({ id: [stopped.id.slice(0, 20)] }))).toEqual([`/${stopped.name}`]);
    expect(names(await list({ status: ['created'], name: [stopped.name] }))).toEqual([`/${stopped.name}`]);
    expect(await list({ status: ['running'], name: [stopped.name] })).toEqual([]);
    expect(await list({ label: ['deskhand.test=contract'] }, 'limit=1')).toHaveLength(1);
    expect(await list({ health: ['healthy'], name: [running.name] })).toEqual([]);
    const [created] = await list({ name: [stopped.name] });
    expect(created).toMatchObject({ State: 'created', Status: 'Created', Ports: [] });
  });

  it('gives sizes when asked for', async () => {
    const { name } = await create(subject(), 'sleep 1');
    const [entry] = await list({ name: [name] }, 'all=1&size=1');
    expect(Number(field(entry, 'SizeRootFs'))).toBeGreaterThan(0);
  });

  it('refuses filters that are none', async () => {
    for (const filters of ['{"nonsense":["a"]}', '{"status":["nonsense"]}']) {
      const reply = await subject().client.call('GET', `/containers/json?filters=${encodeURIComponent(filters)}`);
      expect([reply.status, message(reply)]).toEqual([400, expect.stringMatching(/invalid filter/i)]);
    }
  });

  it('inspects by id, name and the beginning of the id', async () => {
    const { id, name } = await create(subject(), 'sleep 1');
    for (const reference of [id, name, id.slice(0, 12)])
      expect(field(await inspect(subject(), reference), 'Id')).toBe(id);
  });

  it('inspects with every part that a console reads', async () => {
    const { id, name } = await run(subject(), CHATTER, {
      Env: ['A=b'],
      HostConfig: { Memory: 64 * 2 ** 20, RestartPolicy: { Name: 'unless-stopped' } },
      StopTimeout: 7,
    });
    const shown = await inspect(subject(), id);
    expect(shown).toMatchObject({
      Id: id,
      Name: `/${name}`,
      Created: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      Path: 'sh',
      Args: ['-c', CHATTER],
      Image: expect.stringMatching(/^sha256:/),
      RestartCount: 0,
      Driver: expect.any(String),
      Mounts: [],
      Config: {
        Env: expect.arrayContaining(['A=b']),
        Tty: false,
        Image: subject().image,
        Hostname: id.slice(0, 12),
        StopTimeout: 7,
      },
      HostConfig: {
        Memory: 64 * 2 ** 20,
        NanoCpus: 0,
        NetworkMode: expect.stringMatching(/^(default|bridge)$/),
        RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
        LogConfig: { Type: expect.any(String) },
        ShmSize: expect.any(Number),
      },
      NetworkSettings: { Ports: {}, Networks: { bridge: expect.any(Object) } },
    });
    expect(field(shown, 'State')).toEqual({
      Status: 'running',
      Running: true,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: expect.any(Number),
      ExitCode: 0,
      Error: '',
      StartedAt: expect.stringMatching(/^2\d{3}-/),
      FinishedAt: '0001-01-01T00:00:00Z',
    });
  });

  describe('refusals', () => {
    it('knows no container of that name', async () => {
      for (const [method, path] of [
        ['GET', 'json'],
        ['POST', 'start'],
        ['POST', 'restart'],
        ['GET', 'logs?stdout=1'],
        ['GET', 'top'],
      ]) {
        const reply = await subject().client.call(method ?? '', `/containers/deskhand-none/${path}`);
        expect([reply.status, message(reply)]).toEqual([404, 'No such container: deskhand-none']);
      }
    });

    it('answers 304 to a start of what runs and a stop of what does not', async () => {
      const { id } = await create(subject(), CHATTER);
      const { client } = subject();
      expect((await client.call('POST', `/containers/${id}/stop`)).status).toBe(304);
      expect((await client.call('POST', `/containers/${id}/start`)).status).toBe(204);
      expect((await client.call('POST', `/containers/${id}/start`)).status).toBe(304);
    });

    it('does not kill, pause, exec or top what does not run', async () => {
      const { id, name } = await create(subject(), CHATTER);
      const { client } = subject();
      const kill = await client.call('POST', `/containers/${name}/kill`);
      expect([kill.status, message(kill)]).toEqual([
        409,
        expect.stringMatching(new RegExp(`^[Cc]annot kill container: ${name}: .*${id} is not running$`)),
      ]);
      for (const [method, path, body] of [
        ['POST', 'pause', undefined],
        ['POST', 'exec', { Cmd: ['ls'] }],
        ['GET', 'top', undefined],
      ] as const) {
        const reply = await client.call(method, `/containers/${id}/${path}`, body);
        expect([reply.status, message(reply)]).toEqual([
          409,
          expect.stringMatching(new RegExp(`^container ${id} is not running$`, 'i')),
        ]);
      }
    });

    it('refuses a signal that is none, and a second pause', async () => {
      const { id } = await run(subject(), CHATTER);
      const { client } = subject();
      const bad = await client.call('POST', `/containers/${id}/kill?signal=NONSENSE`);
      expect([bad.status, message(bad)]).toEqual([400, expect.stringMatching(/(^|: )invalid signal: NONSENSE$/i)]);
      expect((await client.call('POST', `/containers/${id}/pause`)).status).toBe(204);
      expect((await client.call('POST', `/containers/${id}/pause`)).status).toBe(409);
      const exec = await client.call('POST', `/containers/${id}/exec`, { Cmd: ['ls'] });
      expect([exec.status, message(exec)]).toEqual([
        409,
        expect.stringContaining('is paused, unpause the container before exec'),
      ]);
      expect((await client.call('POST', `/containers/${id}/unpause`)).status).toBe(204);
      expect((await client.call('POST', `/containers/${id}/unpause`)).status).toBe(500);
    });

    it('does not remove what runs without force', async () => {
      const { id } = await run(subject(), CHATTER);
      const { client } = subject();
      const reply = await client.call('DELETE', `/containers/${id}`);
      expect([reply.status, message(reply)]).toEqual([
        409,
        expect.stringMatching(/[Ss]top the container before (attempting removal|removing) or force remove/),
      ]);
      expect((await client.call('DELETE', `/containers/${id}?force=1`)).status).toBe(204);
      expect((await client.call('GET', `/containers/${id}/json`)).status).toBe(404);
    });

    it('keeps names apart', async () => {
      const [one, two] = [await create(subject(), 'sleep 1'), await create(subject(), 'sleep 1')];
      const { client, image } = subject();
      const renamed = await client.call('POST', `/containers/${one.id}/rename?name=${two.name}`);
      const taken = `The container name "/${two.name}" is already in use by container "${two.id}"`;
      expect([renamed.status, message(renamed)]).toEqual([409, expect.stringContaining(taken)]);
      const again = await client.call('POST', `/containers/create?name=${two.name}`, { Image: image, Cmd: ['ls'] });
      expect([again.status, message(again)]).toEqual([409, expect.stringContaining(taken)]);
      const unknown = await client.call('POST', `/containers/create?name=${two.name}x`, {
        Image: 'deskhand/none:1',
        Cmd: ['ls'],
      });
      expect([unknown.status, message(unknown)]).toEqual([404, 'No such image: deskhand/none:1']);
      expect(record(unknown.json)).toEqual({ message: expect.any(String) });
    });

    it('leaves what meets a taken port created, with the reason', async () => {
      const ports = { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '18977' }] } };
      await run(subject(), CHATTER, { ExposedPorts: { '80/tcp': {} }, HostConfig: ports });
      const { id } = await create(subject(), CHATTER, { ExposedPorts: { '80/tcp': {} }, HostConfig: ports });
      const reply = await subject().client.call('POST', `/containers/${id}/start`);
      expect([reply.status, message(reply)]).toEqual([500, expect.stringContaining('port is already allocated')]);
      expect(field(await inspect(subject(), id), 'State')).toMatchObject({
        Status: 'created',
        Running: false,
        ExitCode: 128,
        Error: expect.stringContaining('Bind for 127.0.0.1:18977 failed: port is already allocated'),
      });
    });
  });
}
