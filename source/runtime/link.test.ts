import { parse } from 'valibot';
import { afterEach, expect, it } from 'vitest';
import { type FakeServer, serveHttp } from '../../test/fake-server.ts';
import { resolveEndpoint } from '../engine/connect/endpoint.ts';
import type { EngineMessage } from '../engine/message.ts';
import { systemClock } from '../lib/clock.ts';
import { SettingsSchema } from '../settings/schema.ts';
import { openLink } from './link.ts';

let server: FakeServer | undefined;
afterEach(() => server?.close());

/** The message of a link whose engine answers `GET /containers/json` alone, the ping not at all. */
async function firstOf(type: EngineMessage['type'], containers: () => string): Promise<EngineMessage> {
  server = await serveHttp((response, { url }) => {
    if (url?.startsWith('/containers/json')) response.end(containers());
  });
  const endpoint = resolveEndpoint({ flags: { host: server.host }, env: {}, home: '/nonexistent' });
  const { promise, resolve } = Promise.withResolvers<EngineMessage>();
  const emit = (message: { type: string }) => {
    if (message.type === type) resolve(message as EngineMessage);
  };
  const link = openLink(endpoint, parse(SettingsSchema, { engine: { timeout: 1 } }), systemClock, emit, {
    early: true,
  });
  try {
    return await promise;
  } finally {
    await link.close();
  }
}

it('has the names before the engine has answered anything else', async () => {
  const list = [{ Id: 'a'.repeat(64), Names: ['/redis'], Image: 'redis', State: 'running', Created: 1, Labels: {} }];
  expect(await firstOf('containers', () => JSON.stringify(list))).toMatchObject({ containers: [{ name: 'redis' }] });
});
