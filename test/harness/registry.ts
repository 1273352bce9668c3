import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type Docker from 'dockerode';
import { packTar, unpackTar } from 'modern-tar';
import { IMAGE } from '../stacks/image.ts';

/** A registry on this machine, as the engine asks one for images (distribution.github.io/distribution/spec/api). */
export type Registry = {
  /** 127.0.0.1:PORT, which engines take without TLS. */
  host: string;
  /** Publishes the test image, with a layer of its own and further settings, as REPOSITORY:TAG; answers the manifest's digest. */
  publish(name: string, config?: Record<string, unknown>): Promise<string>;
  end(): Promise<void>;
};

type SavedConfig = { config: object; rootfs: { diff_ids: string[] }; history?: object[] };

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The test image's parts come from the engine itself, so that what is pulled runs. `login`: USER:PASSWORD that it wants. */
export async function openRegistry(docker: Docker, { login }: { login?: string } = {}): Promise<Registry> {
  const files = await savedFiles(docker);
  const read = (name: string) => files.get(name) ?? Buffer.alloc(0);
  const [saved] = JSON.parse(read('manifest.json').toString()) as [{ Config: string; Layers: string[] }];
  const layers = saved.Layers.map((name) => gzipSync(read(name)));
  const blobs = new Map(layers.map((bytes) => [digestOf(bytes), bytes]));
  const manifests = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
    if (wanted !== undefined && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"', 'Content-Type': 'application/json' });
      return void response.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
    }
    const [, name = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? [];
    const found = kind === 'blobs' ? blobs.get(reference) : manifests.get(`${name}:${reference}`);
    if (request.url === '/v2/') return void response.writeHead(200).end('{}');
    if (found === undefined) {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      return void response.end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
    }
    const type = kind === 'blobs' ? 'application/octet-stream' : MANIFEST;
    const headers = { 'Content-Type': type, 'Content-Length': found.length, 'Docker-Content-Digest': digestOf(found) };
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async publish(name, more = {}) {
      const own = Buffer.from(await packTar([{ header: { name: 'tmp/release', size: 36 }, body: randomUUID() }]));
      const zipped = gzipSync(own);
      const config = JSON.parse(read(saved.Config).toString()) as SavedConfig;
      const rootfs = { ...config.rootfs, diff_ids: [...config.rootfs.diff_ids, digestOf(own)] };
      const history = [...(config.history ?? []), { created_by: 'COPY release /tmp/release' }];
      const json = Buffer.from(JSON.stringify({ ...config, rootfs, history, config: { ...config.config, ...more } }));
      for (const bytes of [json, zipped]) blobs.set(digestOf(bytes), bytes);
      const entry = (mediaType: string, bytes: Buffer) => ({ mediaType, size: bytes.length, digest: digestOf(bytes) });
      const manifest = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: MANIFEST,
          config: entry('application/vnd.docker.container.image.v1+json', json),
          layers: [...layers, zipped].map((bytes) => entry('application/vnd.docker.image.rootfs.diff.tar.gzip', bytes)),
        }),
      );
      const [repository, tag] = name.split(':');
      for (const reference of [tag, digestOf(manifest)]) manifests.set(`${repository}:${reference}`, manifest);
      return digestOf(manifest);
    },
    end: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function savedFiles(docker: Docker): Promise<Map<string, Buffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of await docker.getImage(IMAGE).get()) chunks.push(Buffer.from(chunk));
  const entries = await unpackTar(Buffer.concat(chunks));
  return new Map(entries.map(({ header, data }) => [header.name, Buffer.from(data ?? [])]));
}
