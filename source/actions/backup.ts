import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { expired, type ListedBackup } from '../backup/read.ts';
import { isRestic } from '../backup/restic.ts';
import type { VolumeFacts } from '../engine/facts.ts';
import { errorWithAdvice } from '../lib/error.ts';
import { bytes, plural } from '../lib/format.ts';
import { serviceId } from '../lib/ids.ts';
import type { Action, Plan, PlanInput, PlanObject, PrepareInput, Refusal, RunContext, Step } from './action.ts';
import { awaitBack, stableOf, stableOption } from './back.ts';
import { step } from './call.ts';
import { copyVolume } from './copy-volume.ts';
import { inStartOrder } from './order.ts';
import { fits } from './runbook/fit.ts';
import { planObject, refuse } from './targets.ts';
import { readerOf, type VolumeUser, volumeUsers, writers } from './volume-users.ts';
import { type Finding, watchAll } from './watch.ts';
import { type Go, whileStopped } from './while-stopped.ts';

const NAME = 'backup';

const Parameters = v.strictObject({
  to: v.optional(v.pipe(v.string(), v.nonEmpty(), v.description('directory for the archive, or restic:REPOSITORY'))),
  stop: v.optional(v.pipe(v.boolean(), v.description('stop what writes to it, and start it again afterwards'))),
});
type Parameters = v.InferOutput<typeof Parameters>;
type Facts = {
  volume?: VolumeFacts;
  directory: string;
  /** What is in the directory. */
  listed: readonly ListedBackup[];
  /** Why it cannot be read. */
  problem?: string;
  /** ms since the epoch. */
  now: number;
};
type Input = PlanInput<Parameters, Facts>;

/** Writes an archive of a volume with a manifest and a checksum, reads it once more, and deletes older ones as the settings say. */
export const backup: Action<Parameters, Facts> = {
  name: NAME,
  title: 'Back up',
  help: 'write an archive of a volume, with its checksum',
  danger: 1,
  on: ['volume'],
  key: { id: 'backup', keys: ['b'], hint: 'back up', help: 'back up a volume' },
  parameters: Parameters,
  interrupts: true,
  alternatives: [
    {
      label: 'Stop, back up, start',
      action: NAME,
      applies: ({ options = {} }) => options.live === true && options.stop !== true,
      words: () => ['--stop'],
    },
  ],
  async prepare({ engine, tools, target, parameters, signal }: PrepareInput<Parameters>) {
    const place = parameters.to ?? tools.backupPlace;
    const directory = isRestic(place) ? place : resolve(place);
    const volume = (await engine.volumes({ signal })).find(({ name }) => name === target.id);
    const facts = { directory, volume, now: tools.wallTime() };
    try {
      return { ...facts, listed: await tools.backups.list(directory) };
    } catch (error) {
      return { ...facts, listed: [], problem: errorWithAdvice(error) };
    }
  },
  plan: planBackup,
  run: runBackup,
  verifiesFailures: true,
  verify: verifyMade,
};

/** Before the first backup. */
const RESTIC_NEEDS = 'try "restic snapshots" here; "restic init" makes a repository';

function planBackup(input: Input): Plan | Refusal {
  const { state, desk, target, settings, parameters, facts } = input;
  const name = target.id;
  const { directory } = facts;
  if (!facts.volume) return refuse(NAME, name, 'there is no such volume', 'look at the list of volumes');
  if (facts.problem !== undefined)
    return refuse(NAME, name, facts.problem, isRestic(directory) ? RESTIC_NEEDS : 'choose another directory');
  if (facts.volume.driver !== 'local')
    return refuse(NAME, name, `its driver is ${facts.volume.driver}`, 'back it up with the tools of that storage');
  const users = volumeUsers(name, state.containers.values());
  const busy = writers(users);
  const stopped = parameters.stop
    ? busy.map(({ container }) => ({
        ...planObject(container, desk, 'is stopped, and started again afterwards', settings),
        interrupted: true as const,
      }))
    : [];
  const object: PlanObject = {
    kind: 'volume',
    id: name,
    name,
    note: `is read${readerOf(users) ? '' : ' through a helper container that is never started'}; ${isRestic(directory) ? 'snapshot' : 'archive'} in ${directory}`,
    created: facts.volume.created,
    stamp: facts.volume.stamp,
  };
  return {
    action: NAME,
    title: `Back up the volume ${name}`,
    danger: stopped.length > 0 ? 2 : 1,
    target,
    name,
    objects: [
      ...inStartOrder(distinct(stopped), desk, 'together').toReversed(),
      object,
      ...doomed(name, target.engine, input).map(
        ({ path, manifest }): PlanObject => ({
          kind: 'archive',
          id: path,
          name: path,
          note: 'is deleted afterwards: the settings keep no more',
          bytes: manifest?.archiveBytes,
        }),
      ),
    ],
    warnings: parameters.stop ? [] : writeWarnings(busy, input),
    options: { directory, live: busy.length > 0, stop: stopped.length > 0, ...stableOption(settings) },
  };
}

/** A container may mount a volume twice. */
function distinct(objects: readonly PlanObject[]): PlanObject[] {
  return [...new Map(objects.map((one) => [one.id, one])).values()];
}

/** Older ones of this volume that the settings keep no longer, once there is one more. */
function doomed(volume: string, engine: string, { settings, facts }: Input): readonly ListedBackup[] {
  const { keep, maxAgeMs } = settings.backups ?? {};
  if (keep === undefined && maxAgeMs === undefined) return [];
  const own = facts.listed.filter(({ manifest }) => manifest?.volume === volume && manifest.engine === engine);
  const [newest] = own;
  if (!newest?.manifest) return [];
  // The one that is about to be made is the newest then.
  const next = {
    path: isRestic(facts.directory) ? `${facts.directory}#` : join(facts.directory, 'next'),
    manifest: { ...newest.manifest, startedAt: facts.now },
  };
  return expired([next, ...own], { keep, maxAgeMs, now: facts.now });
}

function writeWarnings(busy: readonly VolumeUser[], { desk, settings }: Input): string[] {
  if (busy.length === 0) return [];
  const names = busy.map(({ container }) => container.name).join(', ');
  const dumps = busy.flatMap(({ container }) => {
    const service = desk.byId.get(serviceId(desk.ownerOf.get(container.id) ?? ''));
    const found = settings.runbooks?.find((one) => one.save !== undefined && fits(one, container, service));
    return found ? [`deskhand run runbook ${container.name} ${found.name}`] : [];
  });
  const dump = dumps.length > 0 ? `, or dump it: ${dumps.join('; ')}` : '';
  return [
    `${names} may write to it meanwhile: a database may not start from such a copy. Stop it for the backup (--stop)${dump}.`,
  ];
}

async function runBackup(plan: Plan, context: RunContext): Promise<readonly Step[]> {
  const { objects, options = {} } = plan;
  const users = objects.filter(({ kind }) => kind === 'container');
  const volume = objects.find(({ kind }) => kind === 'volume');
  const old = objects.filter(({ kind }) => kind === 'archive');
  if (!volume) return [];
  let path = '';
  const steps = await whileStopped(users, context, async (go) => {
    path = await archive(volume, String(options.directory), context, go);
  });
  if (path === '' || context.signal.aborted) return steps;
  return [...steps, ...(await tidy(path, volume, old, context))];
}

async function archive(volume: PlanObject, directory: string, context: RunContext, go: Go): Promise<string> {
  let path = '';
  const copy = step(volume, 'archive', context, async () => {
    path = await copyVolume({ volume: volume.id, directory }, context);
  });
  const made = await go(copy.then((done) => (done.ok ? { ...done, result: path } : done)));
  return made ? path : '';
}

/** Nothing older goes before the new one has been read. */
async function tidy(
  path: string,
  volume: PlanObject,
  old: readonly PlanObject[],
  context: RunContext,
): Promise<Step[]> {
  context.progress(`reading ${path} once more`);
  let result = '';
  const read = await step(volume, 'verify', context, async () => {
    const { ok, problems, manifest } = await context.tools.backups.verify(path, context.signal);
    if (!ok) throw new Error(`${path} is damaged: ${problems.join('; ')}`);
    const packed = manifest.archiveBytes === undefined ? '' : ` in ${bytes(manifest.archiveBytes)}`;
    result = `${path}: ${plural(manifest.files, 'file')}, ${bytes(manifest.bytes)}${packed}, checksum verified`;
  });
  if (!read.ok) return [read];
  const steps: Step[] = [{ ...read, result }];
  for (const one of old) steps.push(await step(one, 'delete', context, () => context.tools.backups.remove(one.id)));
  return steps;
}

async function verifyMade(plan: Plan, context: RunContext, steps: readonly Step[]): Promise<Finding> {
  const users = plan.objects.filter(({ kind }) => kind === 'container');
  const back =
    users.length === 0 ? undefined : await watchAll(users, context, (one) => awaitBack(one, context, stableOf(plan)));
  const read = steps.find(({ call }) => call === 'verify');
  const deleted = steps.filter(({ call, ok }) => call === 'delete' && ok).length;
  const text = [read?.result, deleted > 0 ? `${deleted} older deleted` : undefined, back?.text];
  return {
    ok: read?.ok === true && back?.ok !== false,
    text: text.filter((part) => part !== undefined).join('; '),
  };
}
