/** Restarts a container that takes 5 s to stop, with its audit log in a directory: `restart-child.ts DIRECTORY`; made to be killed. */

import { restart } from '../../source/actions/restart.ts';
import { containerId } from '../../source/lib/ids.ts';
import { openPlace, planned } from './real.ts';

const place = await openPlace('actions-killed', { directory: process.argv[2] });
const id = await place.run('stubborn', "trap '' TERM; while :; do sleep 1; done", { StopTimeout: 5 });
process.stdout.write(`${id}\n`);
await place.execute(
  restart,
  planned(await place.plan(restart, { engine: place.engine.id, kind: 'container', id: containerId(id) })),
);
