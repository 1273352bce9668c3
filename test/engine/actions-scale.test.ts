import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../../source/actions/action.ts';
import { scale as scaling } from '../../source/actions/scale.ts';
import { deriveDesk } from '../../source/desk/derive.ts';
import { initialState } from '../../source/desk/reduce.ts';
import type { DeskState } from '../../source/desk/state.ts';
import { serviceId } from '../../source/lib/ids.ts';
import { openPlace, type Place, planned } from '../actions/real.ts';
import { IMAGE } from '../stacks/image.ts';
import { describeEngine, engineHost } from './require-engine.ts';

/** The real compose CLI, where it is installed: the oracle for what compose takes for its own. */
const COMPOSE = 'docker-compose';
const compose = spawnSync(COMPOSE, ['version', '--short'], { encoding: 'utf8' }).stdout?.trim() ?? '';

const FILE = `
version: '3.8'
services:
  web:
    image: ${IMAGE}
    command: sh -c "trap 'exit 0' TERM; while :; do sleep 1 & wait $$!; done"
    networks: [default, metrics]
  other:
    image: ${IMAGE}
    command: sleep 1000
    init: true
  lonely:
    image: ${IMAGE}
    command: sh -c "mkdir /shared/lock || exit 4; trap 'exit 0' TERM; while :; do sleep 1 & wait $$!; done"
    volumes: ['shared:/shared']
  fixed:
    image: ${IMAGE}
    init: true
    command: sleep 1000
    ports: ['127.0.0.1:58231:80']
networks:
  metrics: {}
volumes:
  shared: {}
`;

describeEngine('scale on the real engine', () => {
  describe.skipIf(compose === '')(`beside compose ${compose || '(not installed)'}`, () => {
    const project = `actions-scale-${process.pid}`;
    let directory: string;
    let place: Place;

    beforeAll(async () => {
      place = await openPlace('actions-scale');
      directory = mkdtempSync(join(tmpdir(), 'deskhand-compose-'));
      writeFileSync(join(directory, 'docker-compose.yml'), FILE);
      run('up', '-d', '--scale', 'other=2');
    });
    afterAll(async () => {
      run('down', '-v', '-t', '1');
      rmSync(directory, { recursive: true });
      await place.end();
    });

    function run(...args: string[]): string {
      const env = { ...process.env, DOCKER_HOST: engineHost };
      return execFileSync(COMPOSE, ['-p', project, ...args], {
        cwd: directory,
        env,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    }
    const ids = (service: string) => run('ps', '-q', service).split('\n').filter(Boolean).toSorted();
    const target = (service: string): Target => ({
      engine: place.engine.id,
      kind: 'service',
      id: serviceId(`compose:${project}/${service}`),
    });

    async function known(): Promise<DeskState> {
      const [containers, engine] = await Promise.all([place.engine.containers(), place.engine.info()]);
      const own = containers.filter(({ labels }) => labels['com.docker.compose.project'] === project);
      return { ...initialState(0, place.engine.id), engine, containers: new Map(own.map((one) => [one.id, one])) };
    }
    async function actionFor(service: string, wanted: number) {
      const how = { parameters: { replicas: wanted }, desk: deriveDesk, state: await known() };
      return { action: scaling, plan: await place.plan(scaling, target(service), how) };
    }
    async function scale(service: string, wanted: number) {
      const { action, plan } = await actionFor(service, wanted);
      const made = planned(plan);
      // What replicas would share wants the name.
      const answer = made.danger >= 3 ? ({ kind: 'typed', text: made.name } as const) : undefined;
      return place.execute(action, made, answer && { answer });
    }

    it('makes replicas that compose takes for its own, and touches no other service', async () => {
      const others = ids('other');
      expect(others).toHaveLength(2);
      const before = ids('web');
      const result = await scale('web', 3);
      expect(result).toMatchObject({ outcome: { ok: true, verification: /^3 of 3 running after/ } });
      const after = ids('web');
      expect(after).toHaveLength(3);
      expect(after).toEqual(expect.arrayContaining(before));
      run('up', '-d', '--scale', 'web=3', '--scale', 'other=2');
      expect(ids('web')).toEqual(after);
      expect(ids('other')).toEqual(others);
      const networks = await Promise.all(after.map(async (id) => (await place.engine.container(id)).attachments));
      for (const attached of networks) {
        expect(attached.map(({ network }) => network).toSorted()).toEqual([`${project}_default`, `${project}_metrics`]);
      }
    });

    it('takes the newest away again, gracefully', async () => {
      const result = await scale('web', 1);
      expect(result).toMatchObject({ outcome: { ok: true, verification: /^1 of 1 running after/ } });
      const [left] = ids('web');
      expect((await place.engine.container(left ?? '')).labels['com.docker.compose.container-number']).toBe('1');
      expect(ids('other')).toHaveLength(2);
    });

    it('removes a replica that does not stay up, and reports why', async () => {
      const result = await scale('lonely', 2);
      expect(result).toMatchObject({
        outcome: {
          ok: false,
          verification: expect.stringMatching(/wait until it is up failed after .*exited with code 4/),
        },
      });
      expect(ids('lonely')).toHaveLength(1);
      const all = await known();
      expect([...all.containers.values()].filter(({ name }) => name.includes('lonely'))).toHaveLength(1);
    });

    it('refuses a fixed host port before it touches anything', async () => {
      expect((await actionFor('fixed', 2)).plan).toMatchObject({
        refused: 'the host port 58231 can be used only once',
      });
    });
  });
});
