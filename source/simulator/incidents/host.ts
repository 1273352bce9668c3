import { addImage } from '../world/build.ts';
import { stopHealth } from '../world/health.ts';
import { deleteImage, diskUse } from '../world/images.ts';
import { die, start } from '../world/lifecycle.ts';
import { kill } from '../world/signals.ts';
import { HOUR, SECOND } from '../world/time.ts';
import type { World } from '../world/types.ts';
import { changed, hush, later, settle } from '../world/world.ts';
import { bringBack, fault, heal, type Incident, the } from './incident.ts';

const MARK = 'deskhand.simulator.incident';

/** Everything stops at once without an event; the engine comes back and applies restart policies. */
function reboot(world: World): void {
  world.events.kept.length = 0;
  world.host.bootedAt = world.now;
  const alive = [...world.containers.values()].filter((c) =>
    ['running', 'paused', 'restarting'].includes(c.state.status),
  );
  for (const container of alive) {
    Object.assign(container.state, { status: 'exited', pid: 0, exitCode: 255, finishedAt: world.now });
    hush(world, container);
    stopHealth(container);
    container.faults.set('rebooted', world.now);
    changed(container);
  }
  for (const container of alive) {
    const { Name } = container.hostConfig.RestartPolicy;
    if (Name === 'always' || Name === 'unless-stopped') start(world, container);
  }
}

export const HOST_INCIDENTS = {
  'trading-api-exit': {
    description: "trading's api ended with 1 because db was not ready yet, nothing restarts it: start it again",
    play(world) {
      const [db, api] = [the(world, 'trading-db-1'), the(world, 'trading-api-1')];
      if (db.state.status === 'running') die(world, db, { exitCode: 0 });
      if (api.state.status === 'running') die(world, api, { exitCode: 0 });
      start(world, db);
      start(world, api);
    },
    end(world) {
      bringBack(world, 'trading-api-1');
    },
  },
  'maricusco-redis-down': {
    description:
      "maricusco's redis was killed by hand, so the app is unhealthy too, one cause and two alarms: start redis",
    play(world) {
      kill(world, the(world, 'maricusco-redis'), 'SIGKILL');
    },
    end(world) {
      bringBack(world, 'maricusco-redis');
    },
  },
  'maricusco-probe-timeouts': {
    description:
      "maricusco's app is at its CPU limit, its probes time out and it flaps: take load off it, do not restart",
    play(world) {
      fault(world, the(world, 'maricusco-app'), 'busy');
    },
    end(world) {
      heal(world, the(world, 'maricusco-app'), 'busy');
    },
  },
  'host-reboot': {
    description:
      'the host has rebooted, services with a restart policy are back without their databases: start those first',
    play: reboot,
    end(world) {
      const down = [...world.containers.values()].filter(
        (c) => c.faults.has('rebooted') && c.state.status === 'exited',
      );
      const databases = down.filter((c) => ['postgres', 'redis', 'mongodb'].includes(c.program.name));
      for (const container of databases) bringBack(world, container.name);
      const rest = down.filter((c) => !databases.includes(c)).map((c) => c.name);
      later(world, 5 * SECOND, () => {
        for (const name of rest) bringBack(world, name);
      });
    },
  },
  'disk-full': {
    description:
      'dangling images have filled the disk, databases cannot write, nothing starts: prune images, never volumes',
    play(world) {
      const size = 1.9 * 2 ** 30;
      for (let n = 1; diskUse(world) < world.host.disk * 0.99; n += 1) {
        addImage(world, [], { created: world.now - n * HOUR, size, labels: { [MARK]: 'disk-full' } });
      }
      world.faults.add('disk-full');
      settle(world);
    },
    end(world) {
      for (const image of [...world.images.values()].filter((i) => MARK in i.labels)) deleteImage(world, image);
      world.faults.delete('disk-full');
      settle(world);
    },
  },
} satisfies Readonly<Record<string, Incident>>;
