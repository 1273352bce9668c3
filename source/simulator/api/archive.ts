import { filesOf, tarOf } from '../world/files.ts';
import { type Container, Refusal } from '../world/types.ts';
import { type Handler, TAKEN } from './call.ts';
import { containerOf } from './containers.ts';

/** Files of containers as tar streams: the contents of volumes can be read; writes are accepted and discarded. */

export const readArchive: Handler = (call) => {
  const container = containerOf(call);
  const path = call.query.get('path') ?? '';
  const mount = mountOf(container, path);
  const volume = mount && call.world.volumes.get(mount.Name ?? '');
  const tar =
    mount && volume && tarOf(filesOf(volume, container), path.slice(mount.Destination.length), volume.created);
  if (!tar) throw new Refusal(404, `Could not find the file ${path} in container ${container.name}`);
  call.response.writeHead(200, { 'content-type': 'application/x-tar' });
  call.response.end(tar);
  return TAKEN;
};

export const writeArchive: Handler = async (call) => {
  const container = containerOf(call);
  const path = call.query.get('path') ?? '';
  for await (const _ of call.request);
  if (!mountOf(container, path))
    throw new Refusal(404, `Could not find the file ${path} in container ${container.name}`);
  return { status: 200 };
};

function mountOf({ mounts }: Container, path: string) {
  return mounts.find(({ Destination }) => path === Destination || path.startsWith(`${Destination}/`));
}
