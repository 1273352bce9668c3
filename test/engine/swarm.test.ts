import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreateServiceOptions } from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deriveDesk } from '../../source/desk/derive.ts';
import type { Service } from '../../source/desk/model.ts';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { serviceId } from '../../source/lib/ids.ts';
import { survey } from '../../source/runtime/snapshot.ts';
import { startEngine, type TestEngine } from '../harness/engine.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { describeEngine } from './require-engine.ts';

/** Swarm services that are not simply running: verdicts from what a real manager says. */

type Spec = { mode: object; command?: string; policy?: object; mounts?: object[]; constraints?: string[] };

describeEngine('verdicts on Swarm services', () => {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-swarm-'));
  let own: TestEngine;
  beforeAll(async () => {
    own = await startEngine(join(directory, 'engine'));
    await buildImage(own.docker);
    await own.docker.swarmInit({ ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1' });
  });
  afterAll(async () => {
    await own.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  function create(
    name: string,
    { mode, command = 'exec sleep 3600', policy = {}, mounts = [], constraints = [] }: Spec,
  ) {
    return own.docker.createService({
      Name: name,
      TaskTemplate: {
        ContainerSpec: { Image: IMAGE, Command: ['sh', '-c', command], Mounts: mounts, StopGracePeriod: 1 },
        Placement: { Constraints: constraints },
        RestartPolicy: policy,
      },
      Mode: mode,
    } as CreateServiceOptions);
  }

  /** Looks until the service is as expected; the test runs out of time when it never is. */
  async function seen(name: string, level: Service['verdict']['level'], reason = /^/): Promise<Service> {
    const engine = createEngine(resolveEndpoint({ flags: { host: own.host }, env: {}, home: '/' }));
    try {
      for (;;) {
        const service = deriveDesk(await survey(engine, systemClock)).byId.get(serviceId(`swarm:${name}`));
        if (service?.verdict.level === level && reason.test(service.verdict.reason)) return service;
      }
    } finally {
      engine.close();
    }
  }
  const once = { Condition: 'none' };

  it('global: a task that is rejected for ever is missing; no node is not well', async () => {
    await create('gw', { mode: { Global: {} }, mounts: [{ Type: 'bind', Source: '/does/not/exist', Target: '/x' }] });
    await create('mars', { mode: { Global: {} }, constraints: ['node.labels.zone==mars'] });
    const gateway = await seen('gw', 'down', /does\/not\/exist does not exist on the host/);
    expect(gateway).toMatchObject({ running: 0, wanted: 1 });
    await seen('mars', 'degraded', /no node fits/);
  });

  it('run once: done when it ended well, down when it failed', async () => {
    await create('seed', { mode: { Replicated: { Replicas: 1 } }, command: 'exit 0', policy: once });
    await create('seedx', { mode: { Replicated: { Replicas: 1 } }, command: 'exit 3', policy: once });
    await seen('seed', 'done');
    await seen('seedx', 'down', /exit 3; not restarted/);
  });

  it('jobs: done by the manager’s count, also without their containers', async () => {
    await create('recon', {
      mode: { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 4 } },
      command: 'exit 0',
      policy: once,
    });
    await create('sweep', { mode: { GlobalJob: {} }, command: 'exit 0', policy: once });
    await seen('recon', 'done');
    await own.docker.pruneContainers();
    expect((await seen('recon', 'done')).verdict.reason).toBe('4 of 4 completed');
    expect((await seen('sweep', 'done')).verdict.reason).toBe('1 of 1 completed');
  });
});
