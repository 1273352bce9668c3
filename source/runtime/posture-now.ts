import { serviceSettings } from '../actions/marks.ts';
import type { ListedBackup } from '../backup/read.ts';
import { deriveDesk } from '../desk/derive.ts';
import { serviceName } from '../desk/identity.ts';
import type { DeskState } from '../desk/state.ts';
import type { Endpoint } from '../engine/connect/endpoint.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineId } from '../lib/ids.ts';
import { checkPosture } from '../posture/check.ts';
import { inspectAll, type ServiceHints, subjectsOf } from '../posture/collect.ts';
import { readLocalHost } from '../posture/local-host.ts';
import type { Finding, HostFacts } from '../posture/model/rule.ts';
import type { Settings } from '../settings/schema.ts';
import { actionSettings } from './acting.ts';

export type PostureSources = {
  engine: Engine;
  endpoint: Pick<Endpoint, 'url'>;
  /** What is a job, and what belongs to which service. */
  state: DeskState;
  hints: ServiceHints;
  backups(): Promise<readonly ListedBackup[]>;
  /** ms since the epoch. */
  now: number;
  signal: AbortSignal;
};

/** All posture findings of an engine and its host, the worst first. Fails with the EngineError of a call that fails. */
export async function postureNow(sources: PostureSources): Promise<readonly Finding[]> {
  const { engine, state, hints, backups, now, signal } = sources;
  const [inspected, host, newest] = await Promise.all([
    inspectAll(engine, signal),
    hostFacts(sources),
    newestBackups(backups, engine.id),
  ]);
  return checkPosture({ subjects: subjectsOf(inspected, deriveDesk(state), hints), host, now, backups: newest });
}

/** What the settings say of services, for the rules. */
export function hintsOf(settings: Settings): ServiceHints {
  const services = actionSettings(settings);
  return ({ name, project }) => serviceSettings(services, [...new Set([name, serviceName({ name, project })])]);
}

/** Files of this machine say something of the engine's host only where the engine is reached by a socket of this machine. */
async function hostFacts({ engine, endpoint, signal }: PostureSources): Promise<HostFacts> {
  const info = await engine.info({ signal });
  const isLocal = endpoint.url.startsWith('unix:') && !info.simulated;
  const local = isLocal ? await readLocalHost(info.rootDirectory) : undefined;
  return { memory: info.memory || undefined, cpus: info.cpus || undefined, local };
}

/** When the newest backup of each volume was made (ms); undefined where the directory cannot be read. */
async function newestBackups(
  backups: PostureSources['backups'],
  engine: EngineId,
): Promise<ReadonlyMap<string, number> | undefined> {
  const listed = await backups().catch(() => undefined);
  if (!listed) return undefined;
  const newest = new Map<string, number>();
  for (const { manifest } of listed)
    if (manifest?.engine === engine)
      newest.set(manifest.volume, Math.max(manifest.startedAt, newest.get(manifest.volume) ?? 0));
  return newest;
}
