import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { packTar, unpackTar } from 'modern-tar/fs';
import * as v from 'valibot';
import { passing } from '../backup/tar-count.ts';
import { bytes } from '../lib/format.ts';
import type { Action, Plan, PlanInput, Refusal, RunContext, Step } from './action.ts';
import { step } from './call.ts';
import { change } from './change.ts';
import { containersOf, planObject, refuse, targetName } from './targets.ts';

const path = (text: string) => v.pipe(v.string(), v.nonEmpty('must be a path'), v.description(text));
const absolute = (text: string) =>
  v.pipe(v.string(), v.startsWith('/', 'must be a path from the root of the container'), v.description(text));

const From = v.strictObject({
  path: absolute('file or directory in the container'),
  to: path('directory on this machine'),
});
const To = v.strictObject({
  file: path('file or directory on this machine'),
  to: absolute('directory in the container'),
});
type From = v.InferOutput<typeof From>;
type To = v.InferOutput<typeof To>;

/** What is at the places on this machine. */
type Facts = { directory?: boolean; exists: boolean; bytes?: number };

/** Copies a file or directory of a container to this machine; also of one that does not run. */
export const copyFrom: Action<From, Facts> = {
  name: 'copy-from',
  title: 'Copy from',
  help: 'copy a file or directory of a container to this machine',
  danger: 1,
  on: ['service', 'container'],
  parameters: From,
  prepare: async ({ parameters }) => {
    const to = resolve(parameters.to);
    const [directory, copy] = await Promise.all([found(to), found(join(to, basename(parameters.path)))]);
    return { directory: directory?.isDirectory() ?? false, exists: copy !== undefined };
  },
  plan(input) {
    const { parameters, facts } = input;
    const to = resolve(parameters.to);
    const copy = join(to, basename(parameters.path));
    if (!facts.directory) return no(input, 'copy-from', `${to} is not a directory here`, 'create it first');
    if (facts.exists) return no(input, 'copy-from', `${copy} exists already`, 'choose another directory');
    return planCopy(input, 'copy-from', `Copy ${parameters.path} to ${to}`, { path: parameters.path, to, copy });
  },
  async run(plan, context) {
    const [object] = plan.objects;
    if (!object) return [];
    const { path: from, to, copy } = plan.options ?? {};
    let size = 0;
    const done = await step(object, `copy ${from}`, context, async () => {
      const tar = await context.engine.readArchive(object.id, String(from), { signal: context.signal });
      const counted = passing((total) => {
        size = total;
        context.progress(`${object.name}: ${bytes(total)} of ${from}`);
      });
      // Only this user may read them, whatever they were in the container.
      const files = unpackTar(String(to), { fmode: 0o600, dmode: 0o700 });
      await pipeline(tar, counted, files, { signal: context.signal });
    });
    return [{ ...done, ...(done.ok ? { result: `${copy}, ${bytes(size)}` } : {}) }];
  },
  async verify({ options }, _context, [only]) {
    const there = await found(String(options?.copy));
    return { ok: there !== undefined, text: there ? (only?.result ?? '') : `${options?.copy} does not exist` };
  },
};

/** Copies a file or directory of this machine into a container; what has the same name there is replaced. */
export const copyTo: Action<To, Facts> = {
  name: 'copy-to',
  title: 'Copy to',
  help: 'copy a file or directory of this machine into a container',
  danger: 2,
  on: ['service', 'container'],
  parameters: To,
  prepare: async ({ parameters }) => {
    const given = await found(resolve(parameters.file));
    return { exists: given !== undefined, directory: given?.isDirectory(), bytes: given?.size };
  },
  plan(input) {
    const { parameters, facts } = input;
    const file = resolve(parameters.file);
    if (!facts.exists) return no(input, 'copy-to', `there is no ${file} on this machine`, 'check the path');
    const size = facts.directory || facts.bytes === undefined ? '' : ` (${bytes(facts.bytes)})`;
    const title = `Copy ${file}${size} to ${parameters.to}`;
    return planCopy(input, 'copy-to', title, { file, directory: facts.directory === true, to: parameters.to });
  },
  async run(plan, context) {
    const [object] = plan.objects;
    if (!object) return [];
    const { file, to, directory } = plan.options ?? {};
    const target = basename(String(file));
    const tar = () => packTar([{ type: directory === true ? 'directory' : 'file', source: String(file), target }]);
    const write = () => context.engine.writeArchive(object.id, String(to), tar(), { signal: context.signal });
    return [await change(object, `copy to ${to}`, context, write)];
  },
  verify: verifyThere,
};

function found(file: string) {
  return stat(file).catch(() => undefined);
}

function no({ state, desk, target }: PlanInput<unknown, unknown>, action: string, why: string, next: string): Refusal {
  return refuse(action, targetName(state, desk, target), why, next);
}

function planCopy(
  input: PlanInput<unknown, unknown>,
  action: 'copy-from' | 'copy-to',
  title: string,
  options: NonNullable<Plan['options']>,
): Plan | Refusal {
  const { state, desk, target, settings } = input;
  const [container, ...more] = containersOf(state, desk, target);
  if (container === undefined) return no(input, action, 'it has no container', 'bring it up first');
  if (more.length > 0) return no(input, action, `it has ${more.length + 1} containers`, 'choose one of them');
  const into = action === 'copy-to';
  const mount = container.mounts.find((one) => into && inside(String(options.to), one.target));
  return {
    action,
    title: `${title} of ${container.name}`,
    danger: into ? 2 : 1,
    target,
    name: targetName(state, desk, target),
    objects: [planObject(container, desk, into ? 'receives the file' : 'is read', settings)],
    warnings: into
      ? [
          'A file of the same name there is replaced.',
          mount
            ? `${mount.target} is ${mount.name ? `the volume ${mount.name}` : `mounted from ${mount.source}`}: it stays there.`
            : 'It is lost when the container is recreated: it is in no volume.',
        ]
      : [],
    options,
  };
}

function inside(path: string, mount: string): boolean {
  return path === mount || path.startsWith(`${mount.replace(/\/$/, '')}/`);
}

/** Reads the head of what was written. */
async function verifyThere(
  { objects: [object], options }: Plan,
  { engine, signal }: RunContext,
  steps: readonly Step[],
) {
  if (!object || steps.some(({ ok }) => !ok)) return { ok: false, text: 'not copied' };
  const copy = join(String(options?.to), basename(String(options?.file)));
  const stream = await engine.readArchive(object.id, copy, { signal });
  stream.destroy();
  return { ok: true, text: `${copy} is in ${object.name}` };
}
