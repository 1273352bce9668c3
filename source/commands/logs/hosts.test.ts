import { afterEach, expect, it } from 'vitest';
import { createEngine } from '../../engine/api/client.ts';
import { resolveEndpoint } from '../../engine/connect/endpoint.ts';
import { systemClock } from '../../lib/clock.ts';
import { engineId } from '../../lib/ids.ts';
import { type SimulatedFleet, startFleet } from '../../simulator/simulator.ts';
import { logsOnHosts } from './hosts.ts';

let simulated: SimulatedFleet | undefined;
afterEach(() => simulated?.close());

it('merges the logs of one service over hosts, the host in front, and names the hosts that are not read', async () => {
  simulated = await startFleet({ clock: systemClock, count: 3, faults: { gone: 1 } });
  const { hosts } = simulated;
  const [out, errors]: [string[], string[]] = [[], []];
  const spec = (name: string) => ({ name: engineId(name), member: true, readonly: false, where: '' });
  const names = hosts.map(({ name }) => name);
  const opened: { close(): void }[] = [];
  const exit = await logsOnHosts(
    ['exness/engine'],
    { hosts: '*', tail: '2' },
    {
      specs: [...names.map(spec), spec('mended')],
      off: ({ name }) => (name === 'mended' ? 'a new disk' : undefined),
      open(name) {
        const path = hosts.find((one) => one.name === name)?.engine.socketPath;
        const engine = createEngine(
          resolveEndpoint({ flags: { host: `unix://${path}` }, env: {}, home: '/nonexistent' }),
        );
        opened.push(engine);
        return engine;
      },
      clock: systemClock,
      print: (text) => void out.push(text),
      printError: (text) => void errors.push(text),
      signal: new AbortController().signal,
    },
  );
  for (const engine of opened) engine.close();
  expect(exit).toBe(3);
  const lines = out.join('').trimEnd().split('\n');
  const times = lines.map((line) => line.split(' ')[0] ?? '');
  expect(times).toEqual(times.toSorted());
  const from = new Set(lines.map((line) => line.split(' ')[1]));
  expect(from.size).toBe(2);
  expect([...from].every((name) => names.includes(name ?? ''))).toBe(true);
  expect(errors.join('')).toContain('mended is not read: off: a new disk');
  expect(errors).toHaveLength(2);
});
