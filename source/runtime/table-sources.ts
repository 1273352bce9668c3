import { join } from 'node:path';
import { readLines } from '../actions/audit/chain.ts';
import { AUDIT_FILE, readAudit } from '../actions/audit/file.ts';
import { readStates } from '../actions/maintenance/state.ts';
import type { DeskState } from '../desk/state.ts';
import type { Clock } from '../lib/clock.ts';
import type { MessageLog } from '../lib/message-log.ts';
import { prometheusServer } from '../prometheus/server.ts';
import type { TableSources } from '../resources/resource.ts';
import type { Settings } from '../settings/schema.ts';
import { allBackups, type Environment, stateDirectory } from './acting.ts';
import type { Link } from './link.ts';
import { hintsOf, postureNow } from './posture-now.ts';
import type { RegistryCheck } from './registry-check.ts';
import type { VolumeSizes } from './volume-sizes.ts';

/** Bytes of the audit log that the console reads for its table; the line that is cut in two is left out. */
const AUDIT_SHOWN = 1024 * 1024;

export type TableSourcesDeps = {
  settings: Settings;
  env: Environment;
  clock: Clock;
  messages: MessageLog;
  registries: RegistryCheck;
  sizes: VolumeSizes;
  state: () => DeskState;
};

/** Where tables and texts are asked for, on the engine of a link. */
export function tableSources(
  { engine, endpoint }: Link,
  { settings, env, clock, messages, registries, sizes, state }: TableSourcesDeps,
): TableSources {
  const directory = stateDirectory(settings, env);
  const backups = () => allBackups(settings, env);
  return {
    engine,
    server: settings.metrics.prometheus === undefined ? undefined : prometheusServer(settings.metrics.prometheus),
    hostMetrics: settings.metrics.hosts,
    now: clock.now,
    async audit() {
      // The newest lines: a log of years is for "deskhand audit".
      const log = await readAudit(join(directory, AUDIT_FILE));
      return readLines(log.subarray(-AUDIT_SHOWN)).map(({ line }) => line);
    },
    messages: () => messages.all(),
    async procedures() {
      const states = (await readStates(directory)).filter((one) => one.engine === engine.id);
      const names = new Set([...Object.keys(settings.maintenance), ...states.map(({ name }) => name)]);
      return [...names].map((name) => ({
        name,
        procedure: settings.maintenance[name],
        state: states.find((one) => one.name === name),
      }));
    },
    newer: settings.images.registry ? (image) => registries.word(engine, image) : undefined,
    volumeSizes: () => sizes.of(engine),
    backups,
    posture: (signal) =>
      postureNow({ engine, endpoint, state: state(), hints: hintsOf(settings), backups, now: clock.now(), signal }),
  };
}
