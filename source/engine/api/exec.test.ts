import { afterEach, describe, expect, it } from 'vitest';
import { type FakeServer, json, serveBytes, serveHttp } from '../../../test/fake-server.ts';
import { resolveEndpoint } from '../connect/endpoint.ts';
import type { EngineExec } from '../engine.ts';
import { createCall } from './call.ts';
import { createExec } from './exec.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function to(server: FakeServer): EngineExec {
  const call = createCall(resolveEndpoint({ flags: { host: server.host }, env: {}, home: '/nonexistent' }));
  closing.push(() => call.close(), server.close);
  return createExec(call);
}

const UPGRADED = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

describe('attaching', () => {
  it('sends no input before what is typed', async () => {
    let heard = '';
    const server = await serveBytes((socket) => {
      socket.on('data', (chunk) => {
        const first = heard === '';
        heard += chunk;
        if (first) socket.write(`${UPGRADED}already there`);
        if (heard.endsWith('typed')) socket.end();
      });
    });
    const { stream } = await to(server).attach('c', { tty: true, stdin: true });
    stream.write('typed');
    let said = '';
    for await (const chunk of stream) said += chunk;
    expect(said).toBe('already there');
    const [head = '', body] = heard.split('\r\n\r\n');
    expect(body).toBe('typed');
    expect(head).toContain('POST /containers/c/attach?stream=true&stdin=true&stdout=true&stderr=true HTTP/1.1');
    expect(head).not.toMatch(/chunked/i);
  });

  it('reports a proxy that does not upgrade the connection', async () => {
    const server = await serveHttp((response) => json(response, {}));
    await expect(to(server).attach('c', { tty: true, stdin: true })).rejects.toMatchObject({
      kind: 'bad-request',
      advice: expect.stringContaining('Upgrade: tcp'),
    });
  });
});

describe('running a program', () => {
  it("fails with the engine's message if the container is not running", async () => {
    const server = await serveHttp((response) => json(response, { message: 'Container c is not running' }, 409));
    const request = { command: ['sh'], tty: true, stdin: true };
    await expect(to(server).exec('c', request)).rejects.toMatchObject({
      kind: 'conflict',
      message: 'The engine refused running sh in the container: Container c is not running',
    });
  });
});
