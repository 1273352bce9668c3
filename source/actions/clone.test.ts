import { describe, expect, it } from 'vitest';
import { cloneObstacles, cloneSpec } from './clone.ts';

const HEX = 'ab'.repeat(32);

function inspect(host: object, config: object = {}, name = '/st-store-1', endpoint: object = {}): unknown {
  return {
    Id: '959e57f3959e57f3',
    Name: name,
    Config: {
      Labels: {
        'com.docker.compose.project': 'st',
        'com.docker.compose.service': 'store',
        'com.docker.compose.container-number': '1',
      },
      ...config,
    },
    HostConfig: { NetworkMode: 'st_default', ...host },
    NetworkSettings: { Networks: { st_default: { Aliases: ['store'], ...endpoint } } },
  };
}

describe('a clone', () => {
  it('gets its own anonymous volumes when a recreation has put the old ones by name', () => {
    const mounts = [
      { Type: 'volume', Source: HEX, Target: '/data', VolumeOptions: { NoCopy: true } },
      { Type: 'volume', Source: 'st_named', Target: '/named' },
      { Type: 'bind', Source: '/etc/st', Target: '/etc/st', ReadOnly: true },
    ];
    const { body } = cloneSpec(inspect({ Mounts: mounts }), 2);
    expect(body.HostConfig).toMatchObject({
      Mounts: [{ Type: 'volume', Target: '/data', VolumeOptions: { NoCopy: true } }, mounts[1], mounts[2]],
    });
    expect(JSON.stringify(body)).not.toContain(HEX);
  });

  it('gets them too, when compose v1 has bound the old ones', () => {
    const binds = [`${HEX}:/data:rw`, 'st_named:/named:rw', '/etc/st:/etc/st:ro'];
    const { body } = cloneSpec(inspect({ Binds: binds }, { Volumes: { '/cache': {} } }), 2);
    expect(body).toMatchObject({
      Volumes: { '/cache': {}, '/data': {} },
      HostConfig: { Binds: ['st_named:/named:rw', '/etc/st:/etc/st:ro'] },
    });
    expect(JSON.stringify(body)).not.toContain(HEX);
  });

  it('keeps link-local addresses and gateway priorities, which replicas share', () => {
    const endpoint = { IPAMConfig: { LinkLocalIPs: ['169.254.8.8'] }, GwPriority: 5 };
    expect(cloneSpec(inspect({}, {}, '/st-store-1', endpoint), 2).body.NetworkingConfig).toMatchObject({
      EndpointsConfig: { st_default: { IPAMConfig: { LinkLocalIPs: ['169.254.8.8'] }, GwPriority: 5 } },
    });
  });

  it.each([
    ['/st-store-1', []],
    ['/st_store_1', []],
    ['/fixed-feed-1', ['it has the fixed name fixed-feed-1']],
    ['/store-1', ['it has the fixed name store-1']],
  ])('of %s has obstacles %o', (name, refused) => {
    expect(cloneObstacles(inspect({}, {}, name)).map((one) => one.refused)).toEqual(refused);
  });
});
