import { Refusal } from '../world/types.ts';
import { readArchive, writeArchive } from './archive.ts';
import type { Handler } from './call.ts';
import { listContainers, showContainer } from './containers.ts';
import { createContainer } from './create.ts';
import { events } from './events.ts';
import { createExec, inspectExec, resizeExec, startExec } from './exec.ts';
import { imageHistory, listImages, removeImage, showImage, tagImage } from './images.ts';
import * as lifecycle from './lifecycle.ts';
import { attachContainer, containerLogs } from './logs.ts';
import * as prune from './prune.ts';
import { askRegistry, pullImage } from './registry.ts';
import { containerStats, containerTop } from './stats.ts';
import * as storage from './storage.ts';
import { diskUsage, info, ping, version } from './system.ts';

/** Maps calls to handlers. A parameter in braces matches one path segment, `{name*}` all that remain. */

const notSwarm: Handler = () => {
  const advice = 'Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
  throw new Refusal(503, `This node is not a swarm manager. ${advice}`);
};

const ROUTES: Readonly<Record<string, Handler>> = {
  'GET /_ping': ping,
  'HEAD /_ping': ping,
  'GET /version': version,
  'GET /info': info,
  'GET /events': events,
  'GET /system/df': diskUsage,
  'GET /containers/json': listContainers,
  'POST /containers/create': createContainer,
  'POST /containers/prune': prune.pruneContainers,
  'GET /containers/{id}/json': showContainer,
  'GET /containers/{id}/logs': containerLogs,
  'GET /containers/{id}/archive': readArchive,
  'PUT /containers/{id}/archive': writeArchive,
  'GET /containers/{id}/stats': containerStats,
  'GET /containers/{id}/top': containerTop,
  'POST /containers/{id}/start': lifecycle.startContainer,
  'POST /containers/{id}/stop': lifecycle.stopContainer,
  'POST /containers/{id}/restart': lifecycle.restartContainer,
  'POST /containers/{id}/kill': lifecycle.killContainer,
  'POST /containers/{id}/pause': lifecycle.pauseContainer,
  'POST /containers/{id}/unpause': lifecycle.unpauseContainer,
  'POST /containers/{id}/rename': lifecycle.renameContainer,
  'POST /containers/{id}/update': lifecycle.updateContainer,
  'POST /containers/{id}/wait': lifecycle.waitForContainer,
  'POST /containers/{id}/resize': () => ({ status: 200 }),
  'POST /containers/{id}/attach': attachContainer,
  'POST /containers/{id}/exec': createExec,
  'DELETE /containers/{id}': lifecycle.removeContainer,
  'POST /exec/{id}/start': startExec,
  'POST /exec/{id}/resize': resizeExec,
  'GET /exec/{id}/json': inspectExec,
  'GET /images/json': listImages,
  'POST /images/create': pullImage,
  'POST /images/prune': prune.pruneImages,
  'GET /distribution/{name*}/json': askRegistry,
  'GET /images/{name*}/json': showImage,
  'GET /images/{name*}/history': imageHistory,
  'POST /images/{name*}/tag': tagImage,
  'DELETE /images/{name*}': removeImage,
  'GET /volumes': storage.listVolumes,
  'POST /volumes/create': storage.createVolume,
  'POST /volumes/prune': prune.pruneVolumes,
  'GET /volumes/{name}': storage.showVolume,
  'DELETE /volumes/{name}': storage.removeVolume,
  'GET /networks': storage.listNetworks,
  'POST /networks/create': storage.createNetwork,
  'POST /networks/prune': prune.pruneNetworks,
  'GET /networks/{id}': storage.showNetwork,
  'DELETE /networks/{id}': storage.removeNetwork,
  'POST /networks/{id}/connect': storage.connectNetwork,
  'POST /networks/{id}/disconnect': storage.disconnectNetwork,
  'POST /build/prune': prune.pruneBuild,
  'GET /swarm': notSwarm,
  'GET /nodes': notSwarm,
  'GET /nodes/{id}': notSwarm,
  'GET /services': notSwarm,
  'GET /services/{id}': notSwarm,
  'GET /tasks': notSwarm,
  'GET /tasks/{id}': notSwarm,
  'GET /secrets': notSwarm,
  'GET /secrets/{id}': notSwarm,
  'GET /configs': notSwarm,
  'GET /configs/{id}': notSwarm,
  'GET /plugins': () => ({ status: 200, body: [] }),
};

type Route = { method: string; pattern: RegExp; handler: Handler };

const compiled: readonly Route[] = Object.entries(ROUTES).map(([key, handler]) => {
  const [method = '', path = ''] = key.split(' ');
  const source = path.replace(
    /\{(\w+)(\*?)\}/g,
    (_, name: string, rest: string) => `(?<${name}>${rest ? '.+' : '[^/]+'})`,
  );
  return { method, pattern: new RegExp(`^${source}$`), handler };
});

export function route(method: string, path: string): { handler: Handler; params: Record<string, string> } | undefined {
  for (const { method: wanted, pattern, handler } of compiled) {
    if (wanted !== method) continue;
    const match = pattern.exec(path);
    if (match) {
      const groups = Object.entries(match.groups ?? {});
      return { handler, params: Object.fromEntries(groups.map(([name, value]) => [name, decodeURIComponent(value)])) };
    }
  }
  return undefined;
}
