import type { EngineArchive } from '../engine.ts';
import { type Call, segment } from './call.ts';

/** Copying gigabytes has no time limit: the timeout covers only the engine's first answer; the signal stops the rest. */
const FIRST_ANSWER_MS = 120_000;

/** Files in and out of containers as tar streams (docs.docker.com: GET and PUT /containers/{id}/archive). */
export function createArchive(call: Call): EngineArchive {
  const request = (container: string, path: string) => ({
    path: `/containers/${segment(container)}/archive`,
    query: { path },
  });
  return {
    readArchive: (container, path, options) =>
      call.stream(
        { ...request(container, path), doing: `reading ${path} of the container` },
        { timeoutMs: FIRST_ANSWER_MS, ...options },
      ),
    writeArchive: (container, path, tar, options) =>
      call.done(
        {
          method: 'PUT',
          ...request(container, path),
          query: { path, noOverwriteDirNonDir: true, copyUIDGID: false },
          upload: tar,
          doing: `writing to ${path} of the container`,
        },
        { timeoutMs: Number.POSITIVE_INFINITY, ...options },
      ),
  };
}
