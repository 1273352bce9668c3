import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'valibot';
import { readLines } from '../../source/actions/audit/chain.ts';
import { AUDIT_FILE, readAudit } from '../../source/actions/audit/file.ts';
import type { AuditLine } from '../../source/actions/audit/record.ts';
import { systemClock } from '../../source/lib/clock.ts';
import { auditOf } from '../../source/runtime/acting.ts';
import { takeFleetSnapshot } from '../../source/runtime/fleet-snapshot.ts';
import { endpointNamed, hostSpecs } from '../../source/runtime/hosts.ts';
import { onEndpoint } from '../../source/runtime/on-endpoint.ts';
import type { RolloutDeps } from '../../source/runtime/rollout.ts';
import { SettingsSchema } from '../../source/settings/schema.ts';
import { type FleetOptions, type SimulatedFleet, startFleet } from '../../source/simulator/simulator.ts';

/** A simulated fleet with all that an action on its hosts needs; effects are waited for as briefly as can be. */
export type SimulatedHosts = RolloutDeps & {
  simulated: SimulatedFleet;
  /** Told of all progress from now on. */
  watch(listener: (text: string) => unknown): void;
  records(): Promise<readonly AuditLine[]>;
  close(): Promise<void>;
};

export async function simulatedHosts(options: FleetOptions): Promise<SimulatedHosts> {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-hosts-'));
  const simulated = await startFleet(options);
  const hosts = Object.fromEntries(
    simulated.hosts.map(({ name, role, pair, engine }) => [
      name,
      { endpoint: `unix://${engine.socketPath}`, role, pair },
    ]),
  );
  const settings = parse(SettingsSchema, { hosts, audit: { directory } });
  const env = { HOME: directory };
  const audit = auditOf(settings, env, systemClock);
  const { signal } = new AbortController();
  const endpoint = (name: string) => endpointNamed(name, settings, env);
  const shared = { audit, signal, clock: systemClock };
  let told = (_: string): unknown => undefined;
  const progress = (text: string) => void told(text);
  return {
    ...{ audit, signal, progress, simulated },
    look: (names) => {
      const specs = hostSpecs(settings, env).filter(({ name, member }) => member && (names?.includes(name) ?? true));
      return takeFleetSnapshot({ specs, endpoint, settings, clock: systemClock, signal });
    },
    onHost: (name, use) =>
      onEndpoint(endpoint(name), (deps) => use({ ...deps, settings: { stableMs: 0, verifyMs: 500 } }), {
        ...{ ...shared, settings, env, progress },
      }),
    watch: (listener) => {
      told = listener;
    },
    records: async () => readLines(await readAudit(join(directory, AUDIT_FILE))).map(({ line }) => line),
    async close() {
      await simulated.close();
      rmSync(directory, { recursive: true });
    },
  };
}
