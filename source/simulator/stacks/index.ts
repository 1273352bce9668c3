import { addImage, addVolume } from '../world/build.ts';
import { DAY, HOUR } from '../world/time.ts';
import type { World } from '../world/types.ts';
import { newWorld } from '../world/world.ts';
import { bringUp, GB, MB } from './compose.ts';
import { EXNESS_STACK } from './exness.ts';
import { MARICUSCO_STACK } from './maricusco.ts';
import { nanoarbStack } from './nanoarb.ts';
import { OPENALGO_STACK } from './openalgo.ts';
import { addScale } from './scale.ts';
import { addLonelyApi, TRADING_STACK } from './trading.ts';

const STACKS = {
  nanoarb: nanoarbStack,
  openalgo: () => OPENALGO_STACK,
  trading: () => TRADING_STACK,
  maricusco: () => MARICUSCO_STACK,
  exness: () => EXNESS_STACK,
} as const;

export type StackName = keyof typeof STACKS;

const ALL = Object.keys(STACKS) as StackName[];

export type HostOptions = {
  /** Minimum number of containers. */
  containers?: number;
  /** Default: all five, plus the leftovers of a used host. */
  stacks?: readonly StackName[];
  name?: string;
};

/** A host with its stacks at `now`, all healthy. */
export function tradingHost(seed: string, now: number, { containers = 0, stacks, name }: HostOptions = {}): World {
  const world = newWorld(seed, now);
  if (name !== undefined) world.host.name = name;
  for (const stack of stacks ?? ALL) bringUp(world, STACKS[stack](seed));
  if (stacks === undefined) {
    addLonelyApi(world);
    addLeftovers(world);
  }
  addScale(world, Math.max(0, containers - world.containers.size));
  return world;
}

/** The leftovers of a used host: old images, a forgotten volume, build cache. */
function addLeftovers(world: World): void {
  const { now } = world;
  addImage(world, ['docker-nanoarb:rollback'], { created: now - 17 * DAY, size: 147 * MB });
  addImage(world, ['node:20-alpine'], {
    created: now - 60 * DAY,
    size: 131 * MB,
    digests: [`node@sha256:${'7a91aa397f2e'.repeat(5)}beef`],
  });
  addImage(world, ['deskhand/busybox:1'], { created: now - 90 * DAY, size: 2 * MB, layers: 1 });
  for (let i = 0; i < 4; i += 1)
    addImage(world, [], { created: now - (5 + i) * DAY, size: (430 + i * 17) * MB, shared: 300 * MB });
  addVolume(world, 'docker_nanoarb-data-old', {}, 398 * MB, now - 51 * DAY);
  addVolume(
    world,
    '3f1c9a0be77d42b1a6c5f0d9e8b7a6c54e3d2c1b0a9f8e7d6c5b4a3928170615',
    { 'com.docker.volume.anonymous': '' },
    12 * MB,
    now - 30 * DAY,
  );
  for (let i = 0; i < 6; i += 1) {
    world.buildCache.push({
      id: `b${i}x4kq9w2e7r${i}t8y6u5i3o1p`,
      description:
        ['[stage-1 4/7] RUN npm ci', 'local source for context', '[builder 5/9] RUN cargo build --release'][i % 3] ??
        '',
      size: (0.11 + i * 0.19) * GB,
      inUse: false,
      shared: i % 2 === 0,
      created: now - (3 + i) * DAY,
      lastUsed: now - (3 + i) * 11 * HOUR,
      uses: 1 + i,
    });
  }
}
