import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../source/simulator/simulator.ts';

/** `deskhand mcp` of the built program, asked by the official client. */

let simulator: Simulator;
let client: Client;

beforeAll(async () => {
  simulator = await startSimulator({ incident: 'redis-oom' });
  client = new Client({ name: 'test', version: '1' });
  const args = ['bin/deskhand.js', '--host', `unix://${simulator.socketPath}`, 'mcp'];
  const env = { HOME: '/nonexistent', PATH: process.env.PATH ?? '' };
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }));
});
afterAll(async () => {
  await client.close();
  await simulator.close();
});

async function ask(name: string, given: Record<string, unknown> = {}) {
  const { content, isError } = await client.callTool({ name, arguments: given });
  return { text: (content as { text: string }[])[0]?.text ?? '', isError };
}

it('offers tools that only read', async () => {
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  expect(names).toEqual(['glance', 'services', 'health', 'logs', 'metrics', 'changes', 'plan']);
  expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
});

it('answers with the state of the desk, of a service, its logs and its metrics', async () => {
  expect(JSON.parse((await ask('glance')).text)).toMatchObject({ schema: 1, exit: 2 });
  expect(JSON.parse((await ask('health', { service: 'exness/redis' })).text)).toMatchObject({
    name: 'redis',
    verdict: { level: 'down' },
  });
  const logs = await ask('logs', { services: ['exness/redis'], tail: '3' });
  expect(logs.text.trim().split('\n')).toHaveLength(3);
  const metrics = await ask('metrics', { service: 'docker/nanoarb', names: ['nanoarb_position*'] });
  expect(JSON.parse(metrics.text).samples[0].series).toContain('nanoarb_position');
  expect(JSON.parse((await ask('changes')).text).changes).toEqual(expect.any(Array));
});

it('plans an action and does nothing, whatever it is given', async () => {
  const plan = JSON.parse((await ask('plan', { action: 'start', target: 'exness/redis' })).text);
  expect(plan).toMatchObject({ exit: 0, plan: { action: 'start', name: 'exness/redis' } });
  expect(plan).not.toHaveProperty('outcome');
  const sly = await ask('plan', { action: 'start', target: 'exness/redis', parameters: ['--yes'] });
  expect(sly.text).not.toContain('"outcome"');
  expect(JSON.parse((await ask('health', { service: 'exness/redis' })).text).verdict.level).toBe('down');
});

it.each([
  ['health', { service: 'exness/reddis' }, 'Did you mean exness/redis?'],
  ['health', {}, 'service'],
  ['glance', { nonsense: 'x' }, 'nonsense'],
  ['logs', { services: ['exness/redis'], where: 'level>=loud' }, 'loud is not a level'],
  ['restart', {}, 'There is no tool "restart".'],
])('refuses %s with %j in words', async (name, given, message) => {
  const { text, isError } = await ask(name, given);
  expect(isError).toBe(true);
  expect(text).toContain(message);
});
