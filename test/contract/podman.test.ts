import Docker from 'dockerode';
import { beforeAll, describe, vi } from 'vitest';
import { buildImage, IMAGE } from '../stacks/image.ts';
import { client } from './client.ts';
import { type Differences, engineContract } from './contract.ts';

/**
 * The Docker-compatible socket of podman 4.3 and 5.4 against the contract, where DESKHAND_PODMAN names one (unix:///run/podman/podman.sock).
 * Each known difference is asserted; what an operator notices of them is among the limits in the README.
 */
const DIFFERENCES: Differences = {
  'answers a ping with its API version, with GET and HEAD, with and without a version in the path':
    'no OSType, and the server is Libpod',
  'tells its version with components': 'the first component is the Podman Engine',
  'refuses a version that is too new, and a page that is none': 'a page that is none has a text, no message',
  'is no swarm manager unless it says so': 'it has no such pages',
  'reckons its disk use': 'images have no digest as their id, and no shared size',
  'makes a volume, keeps it while it is used, and removes it': 'refusals are worded differently',
  'makes and removes a network, and keeps its own': 'refusals are worded differently',
  'lists and inspects images, tags one and takes the tag away': 'names of images begin with their registry',
  'refuses to remove an image that a container uses': 'refusals are worded differently',
  'lists a container with what a table needs':
    'names of images begin with their registry, and there is no Up ... in words of its own',
  'refuses filters that are none': 'filters that are none give an empty list',
  'inspects with every part that a console reads': 'names of images begin with their registry',
  'knows no container of that name': 'refusals are worded differently',
  'answers 304 to a start of what runs and a stop of what does not': 'a stop of what never ran answers 204',
  'does not kill, pause, exec or top what does not run': 'answers 500 instead of 409',
  'refuses a signal that is none, and a second pause': 'answers 500 instead of 400 and 409',
  'does not remove what runs without force': 'answers 500 instead of 409',
  'keeps names apart': 'refusals are worded differently',
  'leaves what meets a taken port created, with the reason': 'refusals are worded differently',
  'start: start': 'there is an event "init" before it',
  'stop: kill 15, die 0, stop': 'a stop tells no kill, and stop before died',
  'restart: kill, die, stop, start, restart': 'a restart tells "restart" alone',
  'kill: kill 9, die 137': 'a kill does not tell its signal',
  'pause, unpause, rename, destroy': 'a removal tells "remove"',
  'can be filtered by label and action, and end at a time': 'no filter by the actions of Docker',
  'kills after the time-out what ignores the stop signal: 137, and no OOM': 'a stop tells no kill',
  'changes limits of what runs, and refuses memory above its swap': 'limits cannot be changed through this socket',
  'is starting, then healthy, with the probe in the log and in the events':
    'probes are run by systemd timers, and tell no events',
  'is unhealthy after as many failures as it may have': 'probes are run by systemd timers',
  'puts a time with nine digits before each line when asked': 'times of lines have whole seconds',
  'gives the last lines, none for 0, all for what is no number': 'a tail that is no number is refused',
  'gives what was said since and until a time': 'times of lines have whole seconds',
  'gives what the formulas of docker stats need': 'no cache, no number of processors before the second reading',
  'waits for a second reading without one-shot, so that a share can be reckoned': 'the reading before is left out',
  'is empty for what does not run': 'answers without a reading',
  'lists processes as ps does, with the columns that are asked for': 'the columns are its own',
  'knows none of that id, and wants a command': 'refusals are worded differently',
};

const host = process.env.DESKHAND_PODMAN;

describe.skipIf(host === undefined)('podman keeps the contract but for the known differences (DESKHAND_PODMAN)', () => {
  vi.setConfig({ testTimeout: 20_000, hookTimeout: 60_000 });
  const socketPath = host?.replace(/^unix:\/\//, '') ?? '';
  beforeAll(async () => {
    await buildImage(new Docker({ socketPath }));
  });

  engineContract(() => ({ client: client(socketPath), image: IMAGE }), DIFFERENCES);
});
