import { homedir } from 'node:os';
import { currentContext, DEFAULT_CONTEXT, listContexts } from '../engine/connect/contexts.ts';
import { type Endpoint, resolveEndpoint } from '../engine/connect/endpoint.ts';
import type { HostSpec } from '../fleet/model.ts';
import { errorMessage } from '../lib/error.ts';
import { engineId } from '../lib/ids.ts';
import { pairsOf } from '../settings/hosts.ts';
import type { Settings } from '../settings/schema.ts';
import { type Environment, isReadonly } from './acting.ts';

/** The engines that have a name: the hosts of the settings and the docker contexts. */

/** The endpoint of a host of the settings or a docker context. Fails with an EngineError `bad-endpoint`. */
export function endpointNamed(name: string, { hosts }: Pick<Settings, 'hosts'>, env: Environment): Endpoint {
  return resolveEndpoint({ flags: { context: name }, hosts, env, home: env.HOME ?? homedir() });
}

/** Names of all hosts and docker contexts, the hosts of the settings first. */
export function hostNames({ hosts }: Pick<Settings, 'hosts'>, env: Environment): string[] {
  const contexts = listContexts({ env, home: env.HOME ?? homedir() }).map(({ name }) => name);
  return [...new Set([...Object.keys(hosts), ...contexts])];
}

/**
 * Every host and docker context. The fleet are the hosts of the settings; where there are none, the docker contexts, without the default one
 * unless it is in force.
 */
export function hostSpecs(settings: Settings, env: Environment): HostSpec[] {
  const { hosts, contexts } = settings;
  const pairs = pairsOf(hosts);
  const configured = Object.keys(hosts).length > 0;
  const names = hostNames(settings, env);
  const byDefault = names.length === 1 || currentContext({ env, home: env.HOME ?? homedir() }) === DEFAULT_CONTEXT;
  return names.map((name) => {
    const { role, group, off } = hosts[name] ?? {};
    const member = configured ? Object.hasOwn(hosts, name) : name !== DEFAULT_CONTEXT || byDefault;
    const endpoint = endpointOr(name, settings, env);
    const readonly = 'error' in endpoint ? settings.readonly : isReadonly(settings, endpoint, env);
    return {
      name: engineId(name),
      role,
      group,
      pair: pairs.get(name)?.map(engineId)[0],
      ...(off
        ? { off: { reason: off.reason, until: off.until === undefined ? undefined : Date.parse(off.until) } }
        : {}),
      member,
      readonly,
      skin: contexts[name]?.skin,
      where: 'error' in endpoint ? endpoint.error : endpoint.url,
    };
  });
}

function endpointOr(name: string, settings: Settings, env: Environment): Endpoint | { error: string } {
  try {
    return endpointNamed(name, settings, env);
  } catch (error) {
    return { error: errorMessage(error) };
  }
}
