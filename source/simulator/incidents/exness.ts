import { addContainer } from '../world/build.ts';
import { die, remove, start } from '../world/lifecycle.ts';
import { restart } from '../world/signals.ts';
import type { Container, World } from '../world/types.ts';
import { containerNamed, emitEvent } from '../world/world.ts';
import { bringBack, fault, heal, type Incident, the } from './incident.ts';

/** The services that wait for the migration, in the order in which they start after it. */
const GATED = ['backend', 'engine', 'dbstorage', 'prisma-studio', 'web', 'snap-shotting'].map(
  (name) => `exness-${name}`,
);

/** As compose does: the old container is removed, and an identical new one is created but not started. */
function recreate(world: World, old: Container): Container {
  const image = world.images.get(old.imageId);
  if (!image) throw new Error(`the image of ${old.name} is gone`);
  const networks = Object.fromEntries(
    [...old.endpoints].map(([name, { aliases }]) => [name, aliases.filter((a) => !old.id.startsWith(a))]),
  );
  remove(world, old, true);
  const { name, image: imageName, hostConfig, program } = old;
  const config = { ...old.config, Hostname: '' };
  const fresh = addContainer(world, {
    name,
    image,
    imageName,
    config,
    hostConfig,
    networks,
    program,
    created: world.now,
  });
  emitEvent(world, fresh, 'create');
  return fresh;
}

export const EXNESS_INCIDENTS = {
  'exness-migrate-failed': {
    description:
      'db-migrate ended with 1, six services stay Created behind it: read its log, run it again, start the rest',
    play(world) {
      for (const name of GATED) recreate(world, the(world, name));
      const postgres = the(world, 'exness-postgres');
      die(world, postgres, { exitCode: 0 });
      start(world, postgres);
      start(world, recreate(world, the(world, 'exness-db-migrate')));
    },
    end(world) {
      bringBack(world, 'exness-db-migrate');
      for (const name of GATED) bringBack(world, name);
    },
  },
  'redis-oom': {
    description:
      "exness' redis is OOM-killed and nothing restarts it, its consumers stay up and log errors: start redis",
    play(world) {
      die(world, the(world, 'exness-redis'), { exitCode: 137, oom: true });
    },
    end(world) {
      bringBack(world, 'exness-redis');
    },
  },
  'exness-price-poller': {
    description:
      'the price poller has lost its exchange: up, no health check, nothing received, not a line: restart it',
    play(world) {
      fault(world, the(world, 'exness-price-poller'), 'disconnected');
    },
    end(world) {
      heal(world, the(world, 'exness-price-poller'), 'disconnected');
    },
  },
  'exness-engine-restart': {
    description: 'somebody restarted the exness engine: orders and balances, held in memory only, are lost',
    play(world) {
      restart(world, the(world, 'exness-engine'), 10, () => undefined);
      fault(world, the(world, 'exness-backend'), 'orders-lost');
    },
    end(world) {
      const backend = containerNamed(world, 'exness-backend');
      if (backend) heal(world, backend, 'orders-lost');
    },
  },
} satisfies Readonly<Record<string, Incident>>;
