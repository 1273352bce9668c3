import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';

/** What tests leave on an engine carries the run that made it, so that it is found again and nothing else ever is. */

const RUN_LABEL = 'deskhand.test';
const PID_LABEL = 'deskhand.test.pid';
const OLD_MS = 60 * 60 * 1000;

/** This process's run. */
export const runId = `t${randomBytes(3).toString('hex')}`;

export const runLabels = { [RUN_LABEL]: runId, [PID_LABEL]: String(process.pid) } as const;

type Labelled = { Labels?: Record<string, string> | null };

/** Removes what test runs left behind that began more than an hour ago and whose process is gone. */
export async function sweepDeadRuns(docker: Docker): Promise<void> {
  const filters = { label: [RUN_LABEL] };
  const dead = (found: Labelled, created: number): boolean =>
    Date.now() - created > OLD_MS && !isAlive(Number(found.Labels?.[PID_LABEL]));
  for (const found of await docker.listContainers({ all: true, filters }))
    if (dead(found, found.Created * 1000)) await gone(docker.getContainer(found.Id).remove({ force: true, v: true }));
  for (const found of await docker.listNetworks({ filters }))
    if (dead(found, Date.parse(found.Created))) await gone(docker.getNetwork(found.Id).remove());
  const { Volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
  for (const found of Volumes ?? [])
    if (dead(found, Date.parse((found as { CreatedAt?: string }).CreatedAt ?? '')))
      await gone(docker.getVolume(found.Name).remove());
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Waits for a removal; what was removed by another in the meantime is removed too. */
export async function gone(removal: Promise<unknown>): Promise<void> {
  await removal.catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 404) throw error;
  });
}
