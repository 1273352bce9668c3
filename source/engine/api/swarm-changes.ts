import { plural } from '../../lib/format.ts';
import { type RegistryLogin, registryLogin } from '../connect/registry-login.ts';
import { type CallOptions, EngineError, type EngineSwarm } from '../engine.ts';
import { type Fields, fields, number } from '../parse/fields.ts';
import { type Call, segment } from './call.ts';

/**
 * Changes of Swarm services and nodes (docs.docker.com: POST /services/{id}/update, /nodes/{id}/update). A spec must be sent as a whole: it
 * is read, changed in one place, and sent back with the version that the plan was based on.
 */
export function createSwarmChanges(call: Call): EngineSwarm {
  const service = (id: string) => `/services/${segment(id)}`;
  return {
    scaleService: (id, version, replicas, options) =>
      update(
        call,
        { path: service(id), version, doing: `setting the service to ${plural(replicas, 'replica')}` },
        (spec) => ({ ...spec, Mode: { ...fields(spec.Mode), Replicated: { Replicas: replicas } } }),
        options,
      ),
    forceService: (id, version, options) =>
      update(call, { path: service(id), version, doing: 'updating the service' }, forced, options),
    async setServiceImage(id, version, image, options) {
      const { login } = await registryLogin(image, call.endpoint.configDirectory);
      const request = { path: service(id), version, login, doing: `setting the image of the service to ${image}` };
      return update(call, request, (spec) => withImage(spec, image), options);
    },
    rollbackService: (id, version, options) =>
      update(
        call,
        { path: service(id), version, query: { rollback: 'previous' }, doing: 'rolling the service back' },
        (spec) => spec,
        options,
      ),
    removeService: (id, options) =>
      call.done({ method: 'DELETE', path: service(id), doing: 'removing the service' }, options),
    changeNode: (id, version, { availability, role, labels }, options) =>
      update(
        call,
        { path: `/nodes/${segment(id)}`, version, doing: 'changing the node' },
        (spec) => ({
          ...spec,
          ...(availability ? { Availability: availability } : {}),
          ...(role ? { Role: role } : {}),
          ...(labels ? { Labels: labels } : {}),
        }),
        options,
      ),
  };
}

/** A new number here makes Swarm replace every task, even though nothing else differs. */
function forced(spec: Fields): Fields {
  const template = fields(spec.TaskTemplate);
  return { ...spec, TaskTemplate: { ...template, ForceUpdate: (number(template.ForceUpdate) ?? 0) + 1 } };
}

function withImage(spec: Fields, image: string): Fields {
  const template = fields(spec.TaskTemplate);
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: { ...fields(template.ContainerSpec), Image: image } } };
}

type Update = {
  path: string;
  version: number;
  query?: Readonly<Record<string, string>>;
  login?: RegistryLogin;
  doing: string;
};

async function update(
  call: Call,
  { path, version, query = {}, login, doing }: Update,
  change: (spec: Fields) => Fields,
  options?: CallOptions,
): Promise<void> {
  const body = change(fields(fields(await call.json({ path, doing }, options)).Spec));
  try {
    const request = {
      method: 'POST',
      path: `${path}/update`,
      query: { version, ...query },
      body,
      login,
      doing,
    } as const;
    await call.done(request, options);
  } catch (error) {
    // Swarm answers an outdated version with status 500.
    if (!(error instanceof EngineError) || !error.message.includes('out of sequence')) throw error;
    const advice = 'Look at it and start the action again.';
    throw new EngineError('conflict', 'It was changed by someone else meanwhile.', advice, { cause: error });
  }
}
