import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { resolveEndpoint } from '../engine/connect/endpoint.ts';
import { loadSettings } from '../settings/load.ts';
import { isReadonly } from './acting.ts';

const home = mkdtempSync(join(tmpdir(), 'deskhand-readonly-'));
const socket = join(home, 'engine.sock');
const meta = join(home, '.docker/contexts/meta', createHash('sha256').update('prod').digest('hex'));
mkdirSync(meta, { recursive: true });
writeFileSync(socket, '');
symlinkSync(socket, join(home, 'other.sock'));
writeFileSync(
  join(meta, 'meta.json'),
  JSON.stringify({ Name: 'prod', Metadata: {}, Endpoints: { docker: { Host: `unix://${socket}` } } }),
);
afterAll(() => rmSync(home, { recursive: true }));

function readonly(settings: object, flags: { host?: string; context?: string }, env: Record<string, string> = {}) {
  const all = { HOME: home, ...env };
  const loaded = loadSettings({ env: { HOME: '/nowhere' }, flags: settings as Record<string, unknown> });
  return isReadonly(loaded, resolveEndpoint({ flags, env: all, home }), all);
}
const prod = { contexts: { prod: { readonly: true } } };

it('is read-only altogether', () => {
  expect(readonly({ readonly: true }, { host: 'tcp://127.0.0.1:2375' })).toBe(true);
  expect(readonly({}, { context: 'prod' })).toBe(false);
});

it.each([
  ['by its name', { context: 'prod' }, {}],
  ['by --host', { host: () => `unix://${socket}` }, {}],
  ['by another name of its socket', { host: () => `unix://${join(home, 'other.sock')}` }, {}],
  ['by DOCKER_HOST', {}, { DOCKER_HOST: () => `unix://${socket}` }],
])('is read-only for the engine of a context, reached %s', (_, flags, env) => {
  const filled = (given: object) =>
    Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, typeof value === 'function' ? value() : value]),
    );
  expect(readonly(prod, filled(flags), filled(env))).toBe(true);
});

it.each([
  ['ssh://ops@trade7', 'tcp://trade7:2376', true],
  ['ssh://ops@trade7', 'ssh://root@Trade7:2222', true],
  ['tcp://127.0.0.1:2376', 'tcp://localhost:2376', true],
  ['tcp://127.0.0.1:2376', 'tcp://127.0.0.1:2377', false],
  ['tcp://trade7:2376', 'tcp://trade8:2376', false],
])('takes %s and %s for one engine: %s', (ofContext, host, same) => {
  writeFileSync(
    join(meta, 'meta.json'),
    JSON.stringify({ Name: 'prod', Metadata: {}, Endpoints: { docker: { Host: ofContext } } }),
  );
  expect(readonly(prod, { host })).toBe(same);
  expect(readonly(prod, {}, { DOCKER_HOST: host })).toBe(same);
});

it('is not read-only for another engine, or when the context does not exist', () => {
  expect(readonly(prod, { host: 'unix:///elsewhere.sock' })).toBe(false);
  expect(readonly({ contexts: { gone: { readonly: true } } }, { host: `unix://${socket}` })).toBe(false);
});
