import http from 'node:http';
import { tmpdir } from 'node:os';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeServer, serveHttp } from '../../test/fake-server.ts';
import { doctor } from '../commands/doctor/command.ts';
import { glanceReport } from '../commands/glance/report.ts';
import { deriveDesk } from '../desk/derive.ts';
import { createEngine } from '../engine/api/client.ts';
import { resolveEndpoint } from '../engine/connect/endpoint.ts';

import type { EngineMessage } from '../engine/message.ts';
import { Inventory } from '../engine/watch/inventory.ts';
import { systemClock } from '../lib/clock.ts';
import { SettingsSchema } from '../settings/schema.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import { createTheme } from '../ui/theme.ts';
import { takeSnapshot } from './snapshot.ts';

/** An engine behind a proxy that lets some paths through only, as they stand before sockets on trading hosts. */

const PAGE = '<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>\n';

let simulator: Simulator;
let proxy: FakeServer | undefined;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterEach(() => proxy?.close());
afterAll(() => simulator.close());

/** Passes on what it does not forbid, with a page of its own in the place of the engine's JSON. */
async function behind(forbidden: RegExp, status = 403) {
  proxy = await serveHttp((response, request) => {
    if (forbidden.test(`${request.method} ${request.url?.split('?')[0]}`)) {
      response.writeHead(status, { 'content-type': 'text/html' }).end(PAGE);
      return;
    }
    const { method, url: path, headers } = request;
    const onward = http.request({ socketPath: simulator.socketPath, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
      response.on('close', () => answer.destroy());
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  return createEngine(resolveEndpoint({ flags: { host: proxy.host }, env: {}, home: '/nonexistent' }));
}

describe('a look through a proxy', () => {
  it.each<[RegExp, string[]]>([
    [/GET \/(info|images|volumes|networks|system|swarm)/, ['GET /info']],
    [/GET \/(info|events)$/, ['GET /info', 'GET /events']],
    [/GET \/(_ping|info|version|events)$/, ['GET /info', 'GET /version', 'GET /events']],
    [/GET \/containers\/[0-9a-f]+\/logs$/, ['GET /containers/ID/logs']],
  ])('that forbids %s sees the services, and says what is missing', async (forbidden, missing) => {
    const engine = await behind(forbidden);
    const state = await takeSnapshot(engine, systemClock);
    const report = glanceReport(state, deriveDesk(state));
    expect(report.exit).toBe(0);
    expect(report.services).toHaveLength(30);
    expect(report.engine).toMatchObject({ reachable: true, forbidden: missing });
    engine.close();
  });

  it('that forbids the inspect of one container sees the others', async () => {
    const engine = await behind(/GET \/containers\/[0-9a-f]{64}\/json/, 500);
    const state = await takeSnapshot(engine, systemClock);
    expect(deriveDesk(state).services).toHaveLength(30);
    engine.close();
  });

  it('that forbids the list itself says which path, and that it is a proxy', async () => {
    const engine = await behind(/GET \/containers\/json$/);
    const state = await takeSnapshot(engine, systemClock);
    const report = glanceReport(state, deriveDesk(state));
    expect(report).toMatchObject({ exit: 3, engine: { reachable: false } });
    expect(report.engine.why).toBe(
      'Forbidden while listing the containers: GET /containers/json (403), by a proxy in front of the engine.',
    );
    engine.close();
  });
});

it('doctor tells a forbidden path from an engine that cannot be reached', async () => {
  await behind(/GET \/(info|version)$/);
  const printed: string[] = [];
  const status = await doctor({
    endpoint: () => resolveEndpoint({ flags: { host: proxy?.host }, env: {}, home: '/nonexistent' }),
    auditDirectory: tmpdir(),
    settings: v.parse(SettingsSchema, {}),
    document: undefined,
    problems: [],
    contexts: [],
    clock: systemClock,
    env: {},
    theme: createTheme({ level: 0, ascii: true }),
    print: (text) => printed.push(text),
  });
  expect(status).toBe(1);
  expect(printed[1]).toMatch(/ Engine +a Docker Engine, version not known\n$/);
  expect(printed[2]).toMatch(/ Engine +a proxy or a plug-in forbids GET \/info, GET \/version\n$/);
});

it('a console behind a proxy without events connects, and lives on its polls', async () => {
  const engine = await behind(/GET \/(info|events)$/);
  const messages: EngineMessage[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const inventory = new Inventory({
    engine,
    clock: systemClock,
    emit(message) {
      messages.push(message);
      if (message.type === 'connection' && message.connection.state === 'ready') resolve();
    },
  });
  await promise;
  const received = messages.flatMap((message) => (message.type === 'engine' ? message.info.forbidden : []));
  expect(received).toEqual(['GET /info', 'GET /events']);
  expect(messages.some((message) => message.type === 'containers' && message.containers.length >= 30)).toBe(true);
  await inventory.stop();
  engine.close();
});
