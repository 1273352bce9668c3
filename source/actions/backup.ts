import { resolve } from 'node:path';
import * as v from 'valibot';
import { verifyBackup } from '../backup/read.ts';
import type { VolumeFacts } from '../engine/facts.ts';
import { bytes } from '../lib/format.ts';
import type { Action, Plan, PlanInput, PlanObject, PrepareInput, Refusal, RunContext, Step } from './action.ts';
import { step } from './call.ts';
import { copyVolume } from './copy-volume.ts';
import { refuse } from './targets.ts';
import { readerOf, volumeUsers, writers } from './volume-users.ts';

const NAME = 'backup';

const Parameters = v.strictObject({
  to: v.optional(v.pipe(v.string(), v.nonEmpty(), v.description('directory for the archive'))),
});
type Parameters = v.InferOutput<typeof Parameters>;
type Facts = { volume?: VolumeFacts; directory: string };
type Input = PlanInput<Parameters, Facts>;

/** Writes an archive of a volume with a manifest and a checksum, and reads it once more to verify it. */
export const backup: Action<Parameters, Facts> = {
  name: NAME,
  title: 'Back up',
  help: 'write an archive of a volume, with its checksum',
  danger: 1,
  on: ['volume'],
  key: { id: 'backup', keys: ['b'], hint: 'back up', help: 'back up a volume' },
  parameters: Parameters,
  prepare: async ({ engine, tools, target, parameters, signal }: PrepareInput<Parameters>) => ({
    directory: resolve(parameters.to ?? tools.backupDirectory),
    volume: (await engine.volumes({ signal })).find(({ name }) => name === target.id),
  }),
  plan: planBackup,
  run: runBackup,
  async verify(_plan, { signal, progress }, steps) {
    const path = steps.at(-1)?.result ?? '';
    progress(`reading ${path} once more`);
    const { ok, problems, manifest } = await verifyBackup(path, signal);
    if (!ok) return { ok, text: `${path} is damaged: ${problems.join('; ')}` };
    const { files, archiveBytes } = manifest;
    return {
      ok,
      text: `${path}: ${files} files, ${bytes(manifest.bytes)} in ${bytes(archiveBytes)}, checksum verified`,
    };
  },
};

function planBackup({ state, target, facts }: Input): Plan | Refusal {
  const name = target.id;
  const { directory } = facts;
  if (!facts.volume) return refuse(NAME, name, 'there is no such volume', 'look at the list of volumes');
  if (facts.volume.driver !== 'local')
    return refuse(NAME, name, `its driver is ${facts.volume.driver}`, 'back it up with the tools of that storage');
  const users = volumeUsers(name, state.containers.values());
  const busy = writers(users).map(({ container }) => container.name);
  const object: PlanObject = {
    kind: 'volume',
    id: name,
    name,
    note: `is read${readerOf(users) ? '' : ' through a helper container that is never started'}; archive in ${directory}`,
    created: facts.volume.created,
  };
  return {
    action: NAME,
    title: `Back up the volume ${name}`,
    danger: 1,
    target,
    name,
    objects: [object],
    warnings:
      busy.length === 0
        ? []
        : [
            `${busy.join(', ')} may write to it during the backup: a database may not start from such a copy. Stop it first, or dump it with its own tool.`,
          ],
    options: { directory },
  };
}

async function runBackup(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const [object] = plan.objects;
  if (!object) return [];
  let path = '';
  const done = await step(object, 'archive', context, async () => {
    path = await copyVolume({ volume: object.id, directory: String(plan.options?.directory) }, context);
  });
  return [{ ...done, ...(done.ok ? { result: path } : {}) }];
}
