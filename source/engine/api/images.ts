import { parseJson } from '../../lib/json.ts';
import { readLines } from '../../lib/lines.ts';
import { toEngineError } from '../connect/failure.ts';
import { registryLogin } from '../connect/registry-login.ts';
import { type Engine, type EngineChanges, EngineError, type PullProgress } from '../engine.ts';
import { fields, list, number, text } from '../parse/fields.ts';
import { parseLayer } from '../parse/parse-objects.ts';
import { splitReference } from '../parse/reference.ts';
import { type Call, segment } from './call.ts';

/** The engine may have to resolve a registry and log in to it before it answers. */
const REGISTRY_MS = 60_000;

type Images = Pick<Engine, 'imageHistory' | 'registryDigest'> & Pick<EngineChanges, 'tagImage' | 'pullImage'>;

/** Images and their registries (docs.docker.com/reference/api/engine: /images, /distribution). The engine talks to the registry. */
export function createImages(call: Call): Images {
  return {
    imageHistory: async (id, options) =>
      call.time.toConsole(
        list(await call.json({ path: `/images/${segment(id)}/history`, doing: 'reading the layers' }, options)).map(
          parseLayer,
        ),
      ),
    async registryDigest(reference, options) {
      const doing = `asking the registry for ${reference}`;
      const { login, problem } = await registryLogin(reference, call.endpoint.configDirectory);
      const request = { path: `/distribution/${segment(reference)}/json`, doing, login };
      const answer = fields(
        await call
          .json(request, { timeoutMs: REGISTRY_MS, ...options })
          .catch((error: unknown) => Promise.reject(withProblem(error, problem))),
      );
      return text(fields(answer.Descriptor).digest);
    },
    tagImage: (image, repository, tag, options) =>
      call.done(
        {
          method: 'POST',
          path: `/images/${segment(image)}/tag`,
          query: { repo: repository, tag },
          doing: `tagging the image ${repository}:${tag}`,
        },
        options,
      ),
    async pullImage(reference, onProgress, options) {
      const { repository, tag, digest } = splitReference(reference);
      const doing = `pulling ${reference}`;
      const query = { fromImage: repository, tag: digest ?? tag ?? 'latest' };
      const how = { timeoutMs: REGISTRY_MS, ...options };
      const { login, problem } = await registryLogin(reference, call.endpoint.configDirectory);
      const answer = await call
        .stream({ method: 'POST', path: '/images/create', query, doing, login }, how)
        .catch((error: unknown) => Promise.reject(withProblem(error, problem)));
      const layers = new Layers();
      let failure: string | undefined;
      try {
        await readLines(answer, (line) => {
          const said = fields(parseJson(line));
          failure ??= text(said.error) || undefined;
          if (layers.see(said)) onProgress(layers.progress());
        });
      } catch (error) {
        throw toEngineError(options?.signal?.aborted ? options.signal.reason : error, {
          endpoint: call.endpoint,
          doing,
        });
      }
      // The engine reports a failed pull in the stream, after a successful status.
      if (failure !== undefined) throw withProblem(pullFailed(failure, reference), problem);
    },
  };
}

function pullFailed(failure: string, reference: string): EngineError {
  const advice = /unauthorized|denied/i.test(failure)
    ? 'Check the name, and log in to the registry on this machine (docker login) if it needs that.'
    : 'Check that the engine reaches the registry; an image can also be loaded from a file with docker load.';
  return new EngineError('engine-error', `The engine could not pull ${reference}: ${failure}`, advice);
}

/** Without credentials the registry may have refused what it would otherwise allow. */
function withProblem(error: unknown, problem: string | undefined): unknown {
  if (problem === undefined || !(error instanceof EngineError)) return error;
  const advice = `The login of the registry could not be read: ${problem}. ${error.advice}`.trim();
  return new EngineError(error.kind, error.message, advice, { cause: error, status: error.status });
}

/** Progress of a pull by layer; sizes become known when each download begins. */
class Layers {
  readonly #layers = new Map<string, { bytes: number; total: number; done: boolean }>();

  /** False if the line is not about a layer. */
  see(said: Readonly<Record<string, unknown>>): boolean {
    const [id, status] = [text(said.id), text(said.status)];
    if (id === '' || status === '' || /^Pulling from /.test(status)) return false;
    const { current, total } = fields(said.progressDetail);
    const layer = this.#layers.get(id) ?? { bytes: 0, total: 0, done: false };
    if (status === 'Downloading') {
      layer.total = number(total) ?? layer.total;
      layer.bytes = number(current) ?? layer.bytes;
    } else if (/^(Download complete|Pull complete)$/.test(status)) layer.bytes = layer.total;
    layer.done ||= /^(Pull complete|Already exists)$/.test(status);
    this.#layers.set(id, layer);
    return true;
  }

  progress(): PullProgress {
    const all = [...this.#layers.values()];
    const sum = (of: 'bytes' | 'total') => all.reduce((sofar, layer) => sofar + layer[of], 0);
    return {
      bytes: sum('bytes'),
      total: sum('total'),
      layers: all.length,
      done: all.filter(({ done }) => done).length,
    };
  }
}
