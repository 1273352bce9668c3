import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { join } from 'node:path';

/** What becomes of an answer's JSON; `path` is that of the request, without its query. */
export type Rewrite = (json: unknown, path: string) => unknown;

export type RewritingProxy = { socketPath: string; close(): Promise<void> };

/** Stands between a console and its engine, and has each JSON answer and each event rewritten. Other answers pass as they are. */
export async function rewritingProxy(engine: string, directory: string, rewrite: Rewrite): Promise<RewritingProxy> {
  const socketPath = join(directory, 'proxy.sock');
  const server = createServer((request, response) => {
    const { method, url = '/', headers } = request;
    const onward = send({ socketPath: engine, method, path: url, headers }, (answer) => {
      void pass(answer, response, new URL(url, 'http://engine').pathname, rewrite);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(socketPath, done));
  return {
    socketPath,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function pass(answer: IncomingMessage, response: ServerResponse, path: string, rewrite: Rewrite): Promise<void> {
  const { 'content-length': _, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 500, headers);
  response.flushHeaders();
  const changed = (text: string) => JSON.stringify(rewrite(JSON.parse(text), path));
  answer.on('error', () => response.destroy());
  if (path.endsWith('/events')) {
    for await (const line of linesOf(answer)) response.write(`${changed(line)}\n`);
    response.end();
  } else if (/json/.test(headers['content-type'] ?? '')) {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    response.end(text.trim() === '' ? text : changed(text));
  } else answer.pipe(response);
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of answer) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') yield line;
    }
  } catch {
    // The console has closed its stream.
  }
}
