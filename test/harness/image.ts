import Docker from 'dockerode';
import { buildImage } from '../stacks/image.ts';

/** Makes the image of the stand-ins once, before test files that run side by side would each make it; without an engine there is none. */
export default async function setup(): Promise<void> {
  const docker = new Docker();
  const answers = await docker.ping().catch(() => undefined);
  if (answers !== undefined) await buildImage(docker);
}
