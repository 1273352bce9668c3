import { resolve } from 'node:path';
import { isRestic } from '../backup/restic.ts';
import { bytes, duration, plural } from '../lib/format.ts';
import type { Action, PlanObject, RunContext, Step } from './action.ts';
import { step } from './call.ts';

const NAME = 'verify';

/** Reads a whole archive and compares it with its manifest. */
export const verify: Action = {
  name: NAME,
  title: 'Verify',
  help: 'read an archive and compare it with its checksum and manifest',
  danger: 0,
  on: ['archive'],
  key: { id: 'verify', keys: ['v'], hint: 'verify', help: 'verify a backup' },
  plan({ target }) {
    const path = isRestic(target.id) ? target.id : resolve(target.id);
    return {
      action: NAME,
      title: `Verify ${path}`,
      danger: 0,
      target,
      name: path,
      objects: [{ kind: 'archive', id: path, name: path, note: 'is read completely' }],
      warnings: [],
    };
  },
  run: async ({ objects }, context) => Promise.all(objects.map((object) => read(object, context))),
  verify: async (_plan, { now, begun }, [done]) => ({
    ok: true,
    text: `${done?.result} (${duration(now() - begun)})`,
  }),
};

async function read(object: PlanObject, context: RunContext): Promise<Step> {
  const { signal, progress, tools } = context;
  let result = '';
  const done = await step(object, 'read', context, async () => {
    const report = (size: number) => progress(`${object.name}: ${bytes(size)} read`);
    const { ok, problems, manifest } = await tools.backups.verify(object.id, signal, report);
    if (!ok) throw new Error(`it is damaged: ${problems.join('; ')}`);
    result = `intact: ${plural(manifest.files, 'file')}, ${bytes(manifest.bytes)}, checksum and contents match its manifest`;
  });
  return done.ok ? { ...done, result } : done;
}
