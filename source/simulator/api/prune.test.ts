import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../simulator.ts';

/** Pruning is not tried on the engine of the machine, so it is not part of the contract: here it is checked alone. */
describe('prune', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  const call = (method: string, path: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const request = http.request({ socketPath: simulator.socketPath, method, path }, (response) => {
        let text = '';
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve(JSON.parse(text)));
      });
      request.on('error', reject);
      request.end();
    });
  const filters = (value: object): string => `filters=${encodeURIComponent(JSON.stringify(value))}`;

  it('removes dangling images by default and unused ones on request', async () => {
    const first = await call('POST', '/v1.45/images/prune');
    expect(first.ImagesDeleted).toHaveLength(8);
    expect(first.SpaceReclaimed).toBeGreaterThan(100e6);
    expect((await call('POST', '/v1.45/images/prune')).ImagesDeleted).toBeNull();
    const all = await call('POST', `/v1.45/images/prune?${filters({ dangling: ['false'] })}`);
    expect(all.ImagesDeleted).toContainEqual({ Untagged: 'docker-nanoarb:rollback' });
    expect(JSON.stringify(all.ImagesDeleted)).not.toContain('redis');
  });

  it('removes only anonymous volumes from API 1.42 on, and named ones on request or before', async () => {
    const anonymous = await call('POST', '/v1.42/volumes/prune');
    expect(anonymous.VolumesDeleted).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const old = await call('POST', '/v1.41/volumes/prune');
    expect(old.VolumesDeleted).toEqual(['docker_nanoarb-data-old']);
  });

  it('removes ended containers unless a filter spares them', async () => {
    const spared = await call(
      'POST',
      `/v1.45/containers/prune?${filters({ 'label!': ['com.docker.compose.project=exness'] })}`,
    );
    expect(spared.ContainersDeleted).toBeNull();
    const young = await call('POST', `/v1.45/containers/prune?${filters({ until: ['720h'] })}`);
    expect(young.ContainersDeleted).toBeNull();
    expect((await call('POST', '/v1.45/containers/prune')).ContainersDeleted).toHaveLength(1);
  });

  it('removes the build cache', async () => {
    const pruned = await call('POST', '/v1.45/build/prune');
    expect(pruned.CachesDeleted).toHaveLength(6);
    expect((await call('GET', '/v1.45/system/df?type=build-cache')).BuildCache).toEqual([]);
  });
});
