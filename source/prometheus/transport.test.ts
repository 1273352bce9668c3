import { expect, it } from 'vitest';
import { containerId } from '../lib/ids.ts';
import type { MetricsEndpoint } from './endpoints.ts';
import { type Exec, transportOf } from './transport.ts';

const hidden: MetricsEndpoint = {
  id: 'x',
  name: 'app',
  url: '',
  origin: 'label',
  containerId: containerId('c'),
  inside: { port: 9090, path: '/metrics' },
  isServer: false,
  guess: false,
};

it('reads an otherwise unreachable port with a command in the container, and remembers the command', async () => {
  const ran: string[] = [];
  const exec: Exec = async (_container, command) => {
    ran.push(command.join(' '));
    return command[0] === 'wget'
      ? { exitCode: 0, stdout: Buffer.from('a 1\n'), stderr: '' }
      : { exitCode: 127, stdout: Buffer.alloc(0), stderr: 'no such command' };
  };
  const read = transportOf(exec);
  expect((await read(hidden, { timeoutMs: 2_000 })).body.toString()).toBe('a 1\n');
  await read(hidden, { timeoutMs: 2_000 });
  expect(ran).toEqual([
    'curl -sSf http://127.0.0.1:9090/metrics',
    'wget -q -O - http://127.0.0.1:9090/metrics',
    'wget -q -O - http://127.0.0.1:9090/metrics',
  ]);
});

it("reports missing commands, and the command's error", async () => {
  const none: Exec = async () => ({ exitCode: 127, stdout: Buffer.alloc(0), stderr: '' });
  const refused: Exec = async () => ({ exitCode: 7, stdout: Buffer.alloc(0), stderr: 'curl: (7) refused\nmore' });
  await expect(transportOf(none)(hidden, {})).rejects.toThrow(/app has neither curl nor wget nor busybox/);
  await expect(transportOf(refused)(hidden, {})).rejects.toThrow(/curl in app could not read .*: curl: \(7\) refused$/);
  await expect(transportOf()(hidden, {})).rejects.toThrow(/port 9090 of app is not published .* allow metrics\.exec/);
  await expect(transportOf()({ ...hidden, inside: undefined }, {})).rejects.toThrow('app has no address');
});
