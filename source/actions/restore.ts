import { resolve } from 'node:path';
import * as v from 'valibot';
import type { Compression } from '../backup/manifest.ts';
import type { Verified } from '../backup/read.ts';
import { isRestic } from '../backup/restic.ts';
import { placeOf } from '../backup/store.ts';
import { countTar } from '../backup/tar-count.ts';
import { EmptyBackup } from '../backup/write.ts';
import type { VolumeFacts } from '../engine/facts.ts';
import { errorWithAdvice } from '../lib/error.ts';
import { bytes, plural } from '../lib/format.ts';
import type { Action, Plan, PlanInput, PlanObject, PrepareInput, Refusal, RunContext, Step } from './action.ts';
import { awaitBack, stableOf, stableOption } from './back.ts';
import { step } from './call.ts';
import { copyVolume } from './copy-volume.ts';
import { interruptionWarnings } from './notes.ts';
import { inStartOrder } from './order.ts';
import { planObject, refuse } from './targets.ts';
import { emptyVolume, throughHelper } from './volume-helper.ts';
import { volumeUsers } from './volume-users.ts';
import { type Finding, watchAll } from './watch.ts';
import { type Go, whileStopped } from './while-stopped.ts';

const NAME = 'restore';

const Parameters = v.strictObject({
  into: v.optional(v.pipe(v.string(), v.nonEmpty(), v.description('the volume; default: the one that was backed up'))),
});
type Parameters = v.InferOutput<typeof Parameters>;
type Facts = { path: string; verified?: Verified; problem?: string; volumes: readonly VolumeFacts[] };

/**
 * Brings the contents of a volume back from an archive: its users are stopped, what it holds now is copied beside the archive, its
 * files are deleted, the archive is unpacked, and the users are started again.
 */
export const restore: Action<Parameters, Facts> = {
  name: NAME,
  title: 'Restore',
  help: 'restore the contents of a volume from an archive',
  danger: 4,
  on: ['archive'],
  key: { id: 'restore', keys: ['r'], hint: 'restore', help: 'restore a backup' },
  interrupts: true,
  parameters: Parameters,
  prepare: readFacts,
  plan: planRestore,
  run: runRestore,
  verifiesFailures: true,
  verify: verifyRestored,
};

async function readFacts({ engine, target, tools, signal }: PrepareInput<Parameters>): Promise<Facts> {
  const path = isRestic(target.id) ? target.id : resolve(target.id);
  const volumes = await engine.volumes({ signal });
  try {
    const verified = await tools.backups.verify(path, signal ?? new AbortController().signal);
    return { path, verified, volumes };
  } catch (error) {
    return { path, volumes, problem: errorWithAdvice(error) };
  }
}

function planRestore(input: PlanInput<Parameters, Facts>): Plan | Refusal {
  const { state, desk, target, settings, parameters, facts } = input;
  const { path, verified, problem, volumes } = facts;
  const no = (refused: string, change: string) => refuse(NAME, path, refused, change);
  if (!verified) return no(problem ?? 'it cannot be read', 'deskhand backups lists the archives');
  if (!verified.ok) return no(`it is damaged: ${verified.problems.join('; ')}`, 'choose another archive');
  const { manifest } = verified;
  const volume = parameters.into ?? manifest.volume;
  const present = volumes.find(({ name }) => name === volume);
  if (present && present.driver !== 'local')
    return no(`the driver of ${volume} is ${present.driver}`, 'choose a local volume');
  const users = volumeUsers(volume, state.containers.values()).map(({ container }) => container);
  const running = users.filter((one) => one.state === 'running');
  const frozen = users.filter(({ state: now }) => now === 'paused' || now === 'restarting');
  if (frozen.length > 0) return no(`${frozen[0]?.name} is ${frozen[0]?.state} and uses ${volume}`, 'stop it first');
  const object: PlanObject = {
    kind: 'volume',
    id: present ? volume : `new:${volume}`,
    name: volume,
    note: present ? 'its files are replaced, after a copy of them beside the backup' : 'is created',
    fresh: !present,
    created: present?.created,
    stamp: present?.stamp,
  };
  const stopped = running.map((one) => ({
    ...planObject(one, desk, 'is stopped, and started again afterwards', settings),
    interrupted: true as const,
  }));
  return {
    action: NAME,
    title: `Restore ${volume} from ${path}`,
    danger: present ? 4 : 1,
    target,
    name: volume,
    objects: [...inStartOrder(stopped, desk, 'together').toReversed(), object],
    warnings: [
      ...interruptionWarnings(input, stopped),
      `The archive is of ${manifest.volume} on ${manifest.engine}: ${plural(manifest.files, 'file')}, ${bytes(manifest.bytes)}${manifest.live ? ', made while the volume was being written to' : ''}.`,
      ...(present ? ['What was written since the archive was made is lost from the volume.'] : []),
    ],
    options: {
      path,
      exists: present !== undefined,
      files: manifest.files,
      bytes: manifest.bytes,
      ...(manifest.compression === undefined ? {} : { compression: manifest.compression }),
      ...stableOption(settings),
    },
  };
}

async function runRestore(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const users = plan.objects.filter(({ kind }) => kind === 'container');
  const volume = plan.objects.find(({ kind }) => kind === 'volume');
  if (!volume) return [];
  return whileStopped(users, context, (go) => replace(volume, plan, context, go));
}

async function replace(volume: PlanObject, { options = {} }: Plan, context: RunContext, go: Go): Promise<void> {
  const { engine, progress, tools } = context;
  const path = String(options.path);
  const name = volume.name;
  if (options.exists === true) {
    progress(`copying what ${name} holds now`);
    const saved = step(volume, 'safety copy', context, () => safetyCopy(name, placeOf(path), context));
    if (!(await go(saved))) return;
    progress(`deleting the files of ${name}`);
    if (!(await go(step(volume, 'delete its files', context, () => emptyVolume(context, name))))) return;
  } else if (!(await go(step(volume, 'create', context, () => engine.createVolume(name, {}))))) return;
  progress(`unpacking ${path}`);
  const compression = options.compression as Compression | undefined;
  const unpack = throughHelper.bind(undefined, engine, name, (access) =>
    engine.writeArchive(access.container, access.path, tools.backups.open(path, { compression }), {
      signal: context.signal,
    }),
  );
  await go(step(volume, 'unpack', context, unpack));
}

/** An empty volume needs no copy. */
async function safetyCopy(volume: string, directory: string, context: RunContext): Promise<void> {
  await copyVolume({ volume, directory }, context).catch((error: unknown) => {
    if (!(error instanceof EmptyBackup)) throw error;
  });
}

async function verifyRestored(plan: Plan, context: RunContext, steps: readonly Step[]): Promise<Finding> {
  const users = plan.objects.filter(({ kind }) => kind === 'container');
  const back =
    users.length === 0 ? undefined : await watchAll(users, context, (one) => awaitBack(one, context, stableOf(plan)));
  if (!steps.some(({ call, ok }) => call === 'unpack' && ok))
    return { ok: false, text: back?.text ?? 'nothing was restored' };
  if (users.length > 0) return { ok: back?.ok === true, text: `restored; ${back?.text}` };
  const { files, bytes: size } = plan.options ?? {};
  const count = await throughHelper(context.engine, plan.name, async ({ container, path }) =>
    countTar(await context.engine.readArchive(container, `${path}/.`, { signal: context.signal })),
  );
  const same = count.files === files && count.bytes === size;
  const holds = `${plan.name} holds ${plural(count.files, 'file')}, ${bytes(count.bytes)}`;
  return {
    ok: same,
    text: same ? `${holds}, as the archive` : `${holds}, the archive ${plural(Number(files), 'file')}`,
  };
}
