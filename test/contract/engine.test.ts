import Docker from 'dockerode';
import { beforeAll, vi } from 'vitest';
import { describeEngine, engineHost } from '../engine/require-engine.ts';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { client } from './client.ts';
import { engineContract } from './contract.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

describeEngine('the real engine keeps the contract', () => {
  const socketPath = engineHost.replace(/^unix:\/\//, '');
  beforeAll(async () => {
    await buildImage(new Docker({ socketPath }));
  });

  engineContract(() => ({ client: client(socketPath), image: IMAGE }));
});
