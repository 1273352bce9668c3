import { afterAll, beforeAll, describe, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../source/simulator/simulator.ts';
import { client } from './client.ts';
import { engineContract } from './contract.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

describe('the simulated engine keeps the contract', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  engineContract(() => ({ client: client(simulator.socketPath), image: 'deskhand/busybox:1' }));
});
