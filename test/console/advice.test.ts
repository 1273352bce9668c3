import { afterEach, describe, it } from 'vitest';
import type { Step } from '../../source/desk/advice-words.ts';
import type { Service } from '../../source/desk/model.ts';
import { allGroups } from '../../source/panes/registry.ts';
import { keyOf, WAYS } from '../../source/panes/shared/advice.ts';
import { type MountedConsole, mountConsole } from '../builders/console.tsx';

/**
 * Advice names keys and commands: each of them must do, in the place where it is read, what the advice says. It is read
 * while the services have the focus, and in the health pane.
 */

const REDIS = 'exness/redis';

/** What is on the screen when a step was taken for redis. */
const TAKEN: Readonly<Record<Step, RegExp>> = {
  logs: /┌ Logs\(exness\/redis\)/,
  'previous-logs': /┌ Logs\(exness\/redis\)\[previous/,
  'save-logs': /Saved to .*redis.*\.log/,
  metrics: /┌ Metrics\(redis\)/,
  thresholds: /┌ Metrics\(redis\).*watched/,
  processes: /┌ Processes\(exness\/redis\)/,
  timeline: /┌ Events\(redis\)/,
  describe: /┌ Describe\(exness\/redis\)/,
  containers: /┌ Containers\(redis\)/,
  // Of a Swarm service its tasks.
  tasks: /┌ (?:Tasks|Containers)\(redis\)/,
  ports: /┌ Ports\(/,
  start: /start exness\/redis/i,
  'start-project': /start exness refused|Start exness/,
  stop: /Stop exness\/redis/,
  restart: /Restart exness\/redis/,
  unpause: /unpause exness\/redis refused/,
  remove: /Remove exness\/redis/,
  up: /[Uu]p exness\/redis/,
  'force-update': /force-update exness\/redis refused/,
  rollback: /rollback exness\/redis refused|Roll back/,
  limits: /limits|Limits/,
  'cpu-limit': /cpus must be|limits|Limits/,
  'prune-images': /Prune dangling images|Nothing to prune/,
};

const STEPS = Object.keys(TAKEN) as Step[];
const bound = new Map(allGroups.map((group) => [group.name, group]));

function keyFor(step: Step): string | undefined {
  const { binding } = WAYS[step];
  return binding === undefined ? undefined : keyOf(binding, bound);
}

let opened: MountedConsole | undefined;
afterEach(() => opened?.close());

async function onRedis(incident?: string): Promise<MountedConsole> {
  opened = await mountConsole({ incident });
  await opened.shows(REDIS);
  await opened.type(`/${REDIS}\r`);
  return opened;
}

const FIRST: Partial<Record<Step, Step>> = { 'save-logs': 'logs', thresholds: 'metrics' };

/** Milliseconds in which a step is seen to be taken. */
const WITHIN = 5000;

/** Takes one step and leaves the screen as it was: a filtered table of services with the focus where it was. */
async function take(console: MountedConsole, step: Step, inPlace: RegExp): Promise<void> {
  const first = FIRST[step];
  if (first) await console.press(keyFor(first) ?? '');
  await console.press(keyFor(step) ?? '');
  await console.shows(TAKEN[step], WITHIN);
  const dialog = /> Cancel <|esc cancels/.test(console.text());
  for (let tries = 0; tries < 3 && !inPlace.test(console.text()); tries += 1) await console.press('esc');
  if (dialog) await console.press('esc');
  await console.shows(inPlace, 0);
}

/** A running service cannot be started. */
const KEYS = STEPS.filter((step) => keyFor(step) !== undefined && step !== 'start');

describe('the keys that advice names', () => {
  it('do what it says in the services and in the health pane', async () => {
    const console = await onRedis();
    for (const step of KEYS) await take(console, step, /┌ Services/);
    await console.press('tab');
    for (const step of KEYS) await take(console, step, /┌ Health\(redis\)/);
    // The focus is still there.
    await console.press('w');
    await console.shows(/Health\(desk\)/);
  });

  it('are those that the settings bind', async () => {
    opened = await mountConsole({ incident: 'redis-oom', settings: { keys: { [WAYS.start.binding ?? '']: ['z'] } } });
    await opened.shows(/DO +<z> starts redis/, 10_000);
    await opened.press('z');
    await opened.shows(TAKEN.start, WITHIN);
    await opened.press('esc', 'tab', 'z');
    await opened.shows(TAKEN.start, WITHIN);
  });
});

describe('the commands that advice names', () => {
  it('do what it says', async () => {
    const console = await onRedis();
    const service = { name: 'redis', project: 'exness' } as Service;
    for (const step of STEPS) {
      const command = WAYS[step].command?.(REDIS, service);
      if (command === undefined) continue;
      await console.type(`${command}\r`);
      await console.shows(TAKEN[step], WITHIN);
      await console.press('esc');
    }
  });
});
