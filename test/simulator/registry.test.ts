import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../source/engine/api/client.ts';
import { resolveEndpoint } from '../../source/engine/connect/endpoint.ts';
import type { PullProgress } from '../../source/engine/engine.ts';
import { type Simulator, startSimulator } from '../../source/simulator/simulator.ts';

let simulator: Simulator;
let engine: ReturnType<typeof createEngine>;
beforeAll(async () => {
  simulator = await startSimulator();
  engine = createEngine(
    resolveEndpoint({ flags: { host: `unix://${simulator.socketPath}` }, env: {}, home: tmpdir() }),
  );
});
afterAll(async () => {
  engine.close();
  await simulator.close();
});

it('pulls tags of known repositories with progress, and refuses others as a registry does', async () => {
  const seen: PullProgress[] = [];
  await engine.pullImage('redis:7.4', (progress) => seen.push(progress));
  expect(seen.at(-1)).toMatchObject({ layers: 4, done: 4 });
  expect(seen.every(({ bytes }, index) => bytes >= (seen[index - 1]?.bytes ?? 0))).toBe(true);
  const pulled = (await engine.images()).find(({ tags }) => tags.includes('redis:7.4'));
  expect(pulled?.digests).toEqual([`redis@${await engine.registryDigest('redis:7.4')}`]);
  await expect(engine.pullImage('nowhere/bot:1', () => undefined)).rejects.toThrow(
    'pull access denied for nowhere/bot',
  );
});
