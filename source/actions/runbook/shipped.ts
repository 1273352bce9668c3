import * as v from 'valibot';
import { Runbook } from '../../settings/runbooks.ts';
import mongo from './mongo.json' with { type: 'json' };
import postgres from './postgres.json' with { type: 'json' };
import redis from './redis.json' with { type: 'json' };
import servers from './servers.json' with { type: 'json' };

/** The runbooks that are built in, read as those of the settings are. */
function builtInRunbooks(): Runbook[] {
  return [postgres, redis, mongo, servers].flatMap(({ images, runbooks }) =>
    runbooks.map((runbook) => v.parse(Runbook, images.length > 0 ? { images, ...runbook } : runbook)),
  );
}

/** Those of the settings first; one of theirs takes the place of a built-in one of the same name. */
export function allRunbooks(own: readonly Runbook[]): Runbook[] {
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...builtInRunbooks().filter(({ name }) => !names.has(name))];
}
