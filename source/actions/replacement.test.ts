import { describe, expect, it } from 'vitest';
import { replacementSpec } from './replacement.ts';
import { bestName, keptFor, rollbackRepository, rollbackTag } from './rollback-image.ts';

const VOLUME = 'f'.repeat(64);

/** The inspect of a container, as Docker 20.10 has it, less what does not matter. */
const old = (config: object = {}, host: object = {}, more: object = {}) => ({
  Id: 'abcdef0123456789',
  Name: '/123456789abc_bot-1',
  Config: {
    Hostname: 'abcdef012345',
    Env: ['SYMBOL=ES', 'PATH=/bin', 'MODEL=one'],
    Cmd: ['serve'],
    Entrypoint: ['/bin/bot'],
    Image: 'bot:1',
    WorkingDir: '/app',
    User: '',
    Labels: { version: '1', 'com.docker.compose.replace': 'x', team: 'a' },
    ...config,
  },
  HostConfig: { NetworkMode: 'desk', ...host },
  NetworkSettings: {
    Networks: {
      feed: { Aliases: ['bot', 'abcdef012345'] },
      desk: { Aliases: ['bot-1', 'bot', 'abcdef012345'], IPAMConfig: { IPv4Address: '10.0.0.9' } },
    },
  },
  ...more,
});
const image = {
  Config: {
    Env: ['PATH=/bin', 'MODEL=one'],
    Cmd: ['serve'],
    Entrypoint: ['/bin/bot'],
    WorkingDir: '/app',
    Labels: { version: '1' },
  },
};
const spec = (container: object, oldImage: unknown = image) =>
  replacementSpec({ old: container, oldImage, image: 'bot:2', labels: { hash: 'h' } });

describe('a container with another image', () => {
  it('keeps what was set for it and leaves to the new image what came from the old one', () => {
    const { name, body, connect } = spec(old());
    expect(name).toBe('bot-1');
    expect(body).toMatchObject({ Image: 'bot:2', Env: ['SYMBOL=ES'], Labels: { team: 'a', hash: 'h' } });
    for (const field of ['Cmd', 'Entrypoint', 'WorkingDir', 'Hostname']) expect(body).not.toHaveProperty(field);
    expect(body.NetworkingConfig).toEqual({
      EndpointsConfig: {
        desk: {
          Aliases: ['bot-1', 'bot'],
          IPAMConfig: { IPv4Address: '10.0.0.9' },
          Links: null,
          DriverOpts: null,
        },
      },
    });
    expect(connect).toMatchObject([{ network: 'feed', endpoint: { Aliases: ['bot'] } }]);
  });

  it.each<[why: string, config: object, expected: object]>([
    ['a command of its own', { Cmd: ['replay'] }, { Cmd: ['replay'] }],
    ['an entrypoint of its own, with its command', { Entrypoint: ['sh'] }, { Entrypoint: ['sh'], Cmd: ['serve'] }],
    ['a host name of its own', { Hostname: 'desk1' }, { Hostname: 'desk1' }],
    ['a variable set to another value than the image', { Env: ['MODEL=two'] }, { Env: ['MODEL=two'] }],
    ['a user of its own', { User: '1000' }, { User: '1000' }],
  ])('keeps %s', (_why, config, expected) => {
    expect(spec(old(config)).body).toMatchObject(expected);
  });

  it('keeps everything when the old image is gone', () => {
    expect(spec(old(), null).body).toMatchObject({ Cmd: ['serve'], WorkingDir: '/app' });
  });

  it('continues with its anonymous volumes, each once', () => {
    const mounts = [
      { Type: 'volume', Name: VOLUME, Destination: '/state', RW: true },
      { Type: 'volume', Name: 'data', Destination: '/data', RW: true },
    ];
    const host = { Binds: ['data:/data'], Mounts: [{ Type: 'volume', Target: '/state' }] };
    expect(spec(old({}, host, { Mounts: mounts })).body.HostConfig).toEqual({
      NetworkMode: 'desk',
      Binds: ['data:/data', `${VOLUME}:/state:rw`],
      Mounts: [],
    });
  });

  it('sets no host name and no ports when it shares the network of another one', () => {
    const { body, connect } = spec(
      old(
        { Hostname: 'owner', ExposedPorts: { '1/tcp': {} } },
        { NetworkMode: 'container:abc' },
        { NetworkSettings: {} },
      ),
    );
    expect(body).not.toHaveProperty('Hostname');
    expect(body).not.toHaveProperty('ExposedPorts');
    expect(connect).toEqual([]);
  });
});

describe('images that are kept for going back', () => {
  const kept = (id: string, ...tags: string[]) => ({ id, tags, digests: [], size: 0, created: 0, containers: 0 });

  it('have a name that Docker takes, one for each service', () => {
    expect(rollbackRepository('exness/backend')).toBe('deskhand-rollback/exness/backend');
    expect(rollbackRepository('Desk/A__b')).toMatch(/^deskhand-rollback\/desk\/a-b-[0-9a-f]{8}$/);
    expect(rollbackRepository('desk/a.b')).not.toBe(rollbackRepository('desk/a-b'));
    expect(rollbackTag(`sha256:${'ab'.repeat(32)}`)).toBe('abababababab');
  });

  it('are found by the service, and called by their usual name when they still have it', () => {
    const own = kept('sha256:1', 'deskhand-rollback/desk/bot:abc', 'mirror/bot:1', 'bot:1');
    expect(keptFor('desk/bot', [own, kept('sha256:2', 'deskhand-rollback/desk/bot2:abc')])).toEqual([own]);
    expect(bestName(own, 'bot:2')).toBe('bot:1');
    expect(bestName(kept('sha256:1', 'deskhand-rollback/desk/bot:abc'), 'bot:2')).toBe(
      'deskhand-rollback/desk/bot:abc',
    );
  });
});
