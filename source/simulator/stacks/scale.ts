import { DAY, HOUR } from '../world/time.ts';
import type { Container, Program, World } from '../world/types.ts';
import { bringUp, MB, type Project } from './compose.ts';

/** Synthetic projects for measuring: ten services each, without checks or dependencies, so that thousands cost nothing. */

const SERVICES = [
  'gateway',
  'orders',
  'quotes',
  'risk',
  'ledger',
  'feed',
  'mailer',
  'reports',
  'cache',
  'jobs',
] as const;

const PLAIN: Program = {
  name: 'scale',
  user: 'root',
  processes: () => [{ command: '/usr/bin/service', share: 1 }],
  load: () => ({ cpu: 1.5, memory: 48 * MB, receive: 2e3, send: 2e3, pids: 7 }),
  voice: () => ({
    every: 5_000,
    say: ({ index, chance }) => [
      { after: chance() * 4_000, text: `level=info msg="request handled" n=${index} ms=${Math.floor(chance() * 90)}` },
    ],
  }),
  stop: { ms: 200, exitCode: 0 },
};

export function addScale(world: World, count: number): Container[] {
  const made: Container[] = [];
  for (let number = 1; made.length < count; number += 1) {
    const left = count - made.length;
    made.push(
      ...bringUp(
        world,
        scaleProject(`scale-${String(number).padStart(3, '0')}`, Math.min(left, SERVICES.length), number),
      ),
    );
  }
  return made;
}

function scaleProject(name: string, services: number, number: number): Project {
  return {
    name,
    directory: `/srv/${name}`,
    network: 'default',
    volumes: {},
    age: ((number * 13) % 40) * DAY + ((number * 7) % 24) * HOUR + HOUR,
    services: SERVICES.slice(0, services).map((service) => ({
      service,
      image: `registry.local/scale/${service}:2.1.0`,
      size: 90 * MB,
      program: PLAIN,
      command: ['/usr/bin/service'],
      restart: 'unless-stopped',
    })),
  };
}
