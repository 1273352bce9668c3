import { expect } from 'vitest';
import type { Check } from './contract.ts';
import { array, create, field, message, record, type Subject, text } from './subject.ts';

/** Ping, version, info, disk use, volumes, networks, images. */
export function systemContract(subject: () => Subject, it: Check): void {
  it('answers a ping with its API version, with GET and HEAD, with and without a version in the path', async () => {
    for (const method of ['GET', 'HEAD']) {
      for (const path of ['/_ping', '/v1.41/_ping']) {
        const reply = await subject().client.raw(method, path);
        expect(reply.status).toBe(200);
        expect(reply.text).toBe(method === 'GET' ? 'OK' : '');
        expect(reply.headers['api-version']).toMatch(/^1\.\d+$/);
        expect(reply.headers.ostype).toBe('linux');
        expect(reply.headers.server).toMatch(/^Docker\//);
      }
    }
  });

  it('tells its version with components', async () => {
    const { json } = await subject().client.raw('GET', '/version');
    expect(json).toMatchObject({
      Platform: { Name: expect.any(String) },
      Version: expect.any(String),
      ApiVersion: expect.stringMatching(/^1\.\d+$/),
      MinAPIVersion: expect.stringMatching(/^1\.\d+$/),
      Os: 'linux',
      Arch: expect.any(String),
      KernelVersion: expect.any(String),
      BuildTime: expect.any(String),
    });
    expect(array(field(json, 'Components'))[0]).toMatchObject({
      Name: 'Engine',
      Details: { ApiVersion: expect.any(String) },
    });
  });

  it('refuses a version that is too new, and a page that is none', async () => {
    const tooNew = await subject().client.raw('GET', '/v1.99/version');
    expect([tooNew.status, message(tooNew)]).toEqual([
      400,
      expect.stringMatching(/^client version 1\.99 is too new\. Maximum supported API version is 1\.\d+$/),
    ]);
    const nowhere = await subject().client.call('GET', '/nowhere');
    expect([nowhere.status, message(nowhere)]).toEqual([404, 'page not found']);
  });

  it('describes the host', async () => {
    const { json } = await subject().client.call('GET', '/info');
    expect(json).toMatchObject({
      ID: expect.any(String),
      Name: expect.any(String),
      Containers: expect.any(Number),
      ContainersRunning: expect.any(Number),
      ContainersPaused: expect.any(Number),
      ContainersStopped: expect.any(Number),
      Images: expect.any(Number),
      NCPU: expect.any(Number),
      MemTotal: expect.any(Number),
      ServerVersion: expect.any(String),
      OperatingSystem: expect.any(String),
      KernelVersion: expect.any(String),
      Driver: expect.any(String),
      LoggingDriver: expect.any(String),
      CgroupVersion: expect.stringMatching(/^[12]$/),
      Swarm: { LocalNodeState: expect.any(String) },
    });
  });

  it('is no swarm manager unless it says so', async () => {
    const info = await subject().client.call('GET', '/info');
    if (field(info.json, 'Swarm.LocalNodeState') !== 'inactive') return;
    for (const path of ['/swarm', '/services', '/nodes', '/tasks']) {
      const reply = await subject().client.call('GET', path);
      expect([reply.status, message(reply)]).toEqual([
        503,
        expect.stringContaining('This node is not a swarm manager.'),
      ]);
    }
  });

  it('reckons its disk use', async () => {
    await create(subject(), 'sleep 1');
    const { json } = await subject().client.call('GET', '/system/df');
    expect(field(json, 'LayersSize')).toEqual(expect.any(Number));
    expect(array(field(json, 'Images'))[0]).toMatchObject({
      Id: expect.stringMatching(/^sha256:/),
      Size: expect.any(Number),
      SharedSize: expect.any(Number),
      Containers: expect.any(Number),
    });
    expect(array(field(json, 'Containers'))[0]).toMatchObject({
      Id: expect.any(String),
      SizeRootFs: expect.any(Number),
    });
    expect(record(json)).toHaveProperty('Volumes');
    expect(record(json)).toHaveProperty('BuildCache');
  });

  it('makes a volume, keeps it while it is used, and removes it', async () => {
    const { client } = subject();
    const name = `deskhand-contract-volume-${process.pid}`;
    const made = await client.call('POST', '/volumes/create', { Name: name, Labels: { 'deskhand.test': 'contract' } });
    expect(made.status).toBe(201);
    const shown = {
      Name: name,
      Driver: 'local',
      Scope: 'local',
      Mountpoint: expect.any(String),
      CreatedAt: expect.any(String),
    };
    expect((await client.call('GET', `/volumes/${name}`)).json).toMatchObject(shown);
    const listed = array(field((await client.call('GET', '/volumes')).json, 'Volumes'));
    expect(listed).toContainEqual(expect.objectContaining({ Name: name, Labels: { 'deskhand.test': 'contract' } }));
    const user = await create(subject(), 'sleep 1', { HostConfig: { Binds: [`${name}:/data`] } });
    const used = await client.call('DELETE', `/volumes/${name}`);
    expect([used.status, message(used)]).toEqual([409, `remove ${name}: volume is in use - [${user.id}]`]);
    await client.call('DELETE', `/containers/${user.id}`);
    expect((await client.call('DELETE', `/volumes/${name}`)).status).toBe(204);
    const gone = await client.call('GET', `/volumes/${name}`);
    expect([gone.status, message(gone)]).toEqual([404, `get ${name}: no such volume`]);
  });

  it('makes and removes a network, and keeps its own', async () => {
    const { client } = subject();
    const name = `deskhand-contract-net-${process.pid}`;
    const made = await client.call('POST', '/networks/create', { Name: name, Labels: { 'deskhand.test': 'contract' } });
    expect(made.status).toBe(201);
    const shown = { Name: name, Driver: 'bridge', Scope: 'local', Internal: false, Containers: {} };
    expect((await client.call('GET', `/networks/${name}`)).json).toMatchObject(shown);
    expect((await client.call('DELETE', `/networks/${name}`)).status).toBe(204);
    const gone = await client.call('GET', `/networks/${name}`);
    expect([gone.status, message(gone)]).toEqual([404, `network ${name} not found`]);
    const own = await client.call('DELETE', '/networks/bridge');
    expect([own.status, message(own)]).toEqual([403, 'bridge is a pre-defined network and cannot be removed']);
  });

  it('lists and inspects images, tags one and takes the tag away', async () => {
    const { client, image } = subject();
    const listed = array((await client.call('GET', '/images/json')).json);
    const entry = listed.find((one) => array(field(one, 'RepoTags') ?? []).includes(image));
    expect(entry).toMatchObject({
      Id: expect.stringMatching(/^sha256:/),
      Size: expect.any(Number),
      Created: expect.any(Number),
      Containers: -1,
    });
    const shown = await client.call('GET', `/images/${image}/json`);
    expect(shown.json).toMatchObject({
      Id: field(entry, 'Id'),
      RepoTags: expect.arrayContaining([image]),
      Architecture: expect.any(String),
    });
    const repository = `deskhand/contract-${process.pid}`;
    expect((await client.call('POST', `/images/${image}/tag?repo=${repository}&tag=x`)).status).toBe(201);
    const untagged = await client.call('DELETE', `/images/${repository}:x`);
    expect(untagged.json).toEqual([{ Untagged: `${repository}:x` }]);
    const gone = await client.call('GET', `/images/${repository}:x/json`);
    expect([gone.status, message(gone)]).toEqual([404, expect.stringMatching(/no such image/i)]);
  });

  it('refuses to remove an image that a container uses', async () => {
    const { client, image } = subject();
    const user = await create(subject(), 'sleep 1');
    const used = await client.call('DELETE', `/images/${image}`);
    expect(used.status).toBe(409);
    expect(message(used)).toMatch(
      /^conflict: unable to remove repository reference .*\(must force\) - container [0-9a-f]{12} is using its referenced image/,
    );
    expect(text(user.id)).toHaveLength(64);
  });
}
