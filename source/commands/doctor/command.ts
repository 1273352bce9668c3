import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createEngine } from '../../engine/api/client.ts';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import { safe } from '../../lib/text.ts';
import type { Theme } from '../../ui/theme.ts';

export type DoctorFacts = {
  endpoint: () => Endpoint;
  auditDirectory: string;
  settingsPath: string;
  env: Readonly<Record<string, string | undefined>>;
  theme: Theme;
  print(text: string): void;
};

type Check = { ok: boolean; name: string; text: string };

/** `deskhand doctor`: what the console needs, checked one by one; 0 when all is there, 1 when not, 3 when the engine cannot be reached. */
export async function doctor(facts: DoctorFacts): Promise<number> {
  const { theme, print, settingsPath } = facts;
  const engine = await checkEngine(facts);
  const checks = [
    ...engine,
    await checkAudit(facts.auditDirectory),
    ...terminal(facts.env),
    {
      ok: true,
      name: 'Settings',
      text: existsSync(settingsPath) ? settingsPath : `none (${settingsPath} is not there)`,
    },
  ];
  for (const { ok, name, text } of checks) {
    const sign = ok ? theme.paint('good', theme.glyph('done')) : theme.paint('bad', theme.glyph('down'));
    print(`${sign} ${name.padEnd(10)} ${safe(text)}\n`);
  }
  if (engine.some(({ ok }) => !ok)) return 3;
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

async function checkEngine({ endpoint }: DoctorFacts): Promise<Check[]> {
  try {
    const found = endpoint();
    const where = { ok: true, name: 'Endpoint', text: `${found.url}, from ${found.origin}` };
    const engine = createEngine(found);
    try {
      await engine.ping();
      const { version, apiVersion, operatingSystem, swarm, warnings } = await engine.info();
      const told = warnings.length > 0 ? `; the engine warns: ${warnings.join('; ')}` : '';
      return [
        where,
        {
          ok: true,
          name: 'Engine',
          text: `Docker ${version}, API ${apiVersion}, ${operatingSystem}, swarm ${swarm}${told}`,
        },
      ];
    } catch (error) {
      return [where, { ok: false, name: 'Engine', text: errorWithAdvice(error) }];
    } finally {
      engine.close();
    }
  } catch (error) {
    return [{ ok: false, name: 'Endpoint', text: errorWithAdvice(error) }];
  }
}

/** The audit log may not be there yet: then the nearest directory above must be one in which it can be made. */
async function checkAudit(directory: string): Promise<Check> {
  for (let at = directory; ; at = dirname(at)) {
    try {
      await access(at, constants.W_OK);
      return { ok: true, name: 'Audit', text: directory };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && at !== dirname(at)) continue;
      return {
        ok: false,
        name: 'Audit',
        text: `${directory} cannot be written (${(error as Error).message}): actions of danger 2 and more are refused`,
      };
    }
  }
}

function terminal(env: DoctorFacts['env']): Check[] {
  const utf8 = /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
  const size = process.stdout.isTTY ? `${process.stdout.columns}x${process.stdout.rows}` : 'no terminal';
  return [
    {
      ok: true,
      name: 'Terminal',
      text: `${env.TERM ?? 'TERM is not set'}, ${size}, ${utf8 ? 'UTF-8' : 'not UTF-8: use DESKHAND_ASCII=1 if signs are broken'}`,
    },
  ];
}
