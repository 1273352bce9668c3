import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deriveDesk } from '../../desk/derive.ts';
import type { Desk } from '../../desk/model.ts';
import { createEngine } from '../../engine/api/client.ts';
import type { Endpoint } from '../../engine/connect/endpoint.ts';
import type { Clock } from '../../lib/clock.ts';
import { errorWithAdvice } from '../../lib/error.ts';
import { safe } from '../../lib/text.ts';
import { commandNames } from '../../panes/console/command.ts';
import { scrapeOnce } from '../../runtime/scrape-once.ts';
import { takeSnapshot } from '../../runtime/snapshot.ts';
import { metricNames, unmatchedNames, unmatchedText } from '../../runtime/unmatched.ts';
import type { SettingsDocument } from '../../settings/load.ts';
import { isUtf8 } from '../../settings/locale.ts';
import { readonlySources } from '../../settings/readonly.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Theme } from '../../ui/theme.ts';

export type DoctorFacts = {
  endpoint: () => Endpoint;
  auditDirectory: string;
  settings: Settings;
  /** Where the settings stand; undefined where they cannot be read. */
  document: SettingsDocument | undefined;
  /** What is wrong with them, one line each; the defaults stand in for them then. */
  problems: readonly string[];
  contexts: readonly string[];
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  theme: Theme;
  print(text: string): void;
};

type Check = { ok: boolean; name: string; text: string };

/** `deskhand doctor`: what the console needs, checked one by one; 0 when all is there, 1 when not, 3 when the engine cannot be reached. */
export async function doctor(facts: DoctorFacts): Promise<number> {
  const { theme, print } = facts;
  const { checks: engine, ...known } = await checkEngine(facts);
  const checks = [
    ...engine,
    await checkAudit(facts.auditDirectory),
    ...terminal(facts.env),
    ...checkSettings(facts, known),
  ];
  for (const { ok, name, text } of checks) {
    const sign = ok ? theme.paint('good', theme.glyph('done')) : theme.paint('bad', theme.glyph('down'));
    print(`${sign} ${name.padEnd(10)} ${safe(text)}\n`);
  }
  if (known.desk === undefined) return 3;
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

/** The settings themselves, and the names in them that stand for nothing on this engine. */
function checkSettings(
  { settings, document, problems, contexts, env }: DoctorFacts,
  { desk, metrics }: Pick<EngineChecks, 'desk' | 'metrics'>,
): Check[] {
  const failed = (text: string): Check => ({ ok: false, name: 'Settings', text });
  if (!document || problems.length > 0) return problems.map(failed);
  const name = document.exists ? document.path : `not found, using defaults (${document.path})`;
  // Without an engine nothing is known that a name could stand for.
  const unmatched = desk ? unmatchedNames(settings, { desk, contexts, metrics, commands: commandNames(settings) }) : [];
  const { ignored } = readonlySources(document, env);
  return [
    { ok: true, name: 'Settings', text: name },
    ...(ignored === undefined ? [] : [failed(ignored)]),
    ...unmatched.map((one) => failed(unmatchedText(one, document))),
  ];
}

/** What the names in the settings can stand for, as far as the engine answers. */
type EngineChecks = { checks: Check[]; desk?: Desk; metrics?: ReadonlySet<string> };

async function checkEngine({ endpoint, clock, settings }: DoctorFacts): Promise<EngineChecks> {
  try {
    const found = endpoint();
    const where = { ok: true, name: 'Endpoint', text: `${found.url}, from ${found.origin}` };
    const engine = createEngine(found);
    try {
      await engine.ping();
      const { product = 'Docker', version, apiVersion, operatingSystem, swarm, warnings } = await engine.info();
      const warned = warnings.length > 0 ? `; the engine warns: ${warnings.join('; ')}` : '';
      const named =
        version === '' ? `a ${product} Engine, version not known` : `${product} ${version}, API ${apiVersion}`;
      const more = operatingSystem === '' ? [] : [operatingSystem, `swarm ${swarm}`];
      const text = `${[named, ...more].join(', ')}${warned}`;
      const state = await takeSnapshot(engine, clock);
      const limits = limitsOf(state.engine?.forbidden);
      const checks = [where, { ok: true, name: 'Engine', text }, ...limits];
      if (state.connection.state === 'lost') return { checks };
      const signal = AbortSignal.timeout(SCRAPE_MS);
      const scraper = namesMetrics(settings)
        ? await scrapeOnce(state, { settings, endpoint: found, engine, clock, signal })
        : undefined;
      const histories = scraper?.statuses().flatMap(({ endpoint: { id } }) => scraper.history(id) ?? []) ?? [];
      return { checks, desk: deriveDesk(state), metrics: metricNames(histories.map((history) => ({ history }))) };
    } catch (error) {
      return { checks: [where, { ok: false, name: 'Engine', text: errorWithAdvice(error) }] };
    } finally {
      engine.close();
    }
  } catch (error) {
    return { checks: [{ ok: false, name: 'Endpoint', text: errorWithAdvice(error) }] };
  }
}

/** Patience with all metrics endpoints together (ms). */
const SCRAPE_MS = 10_000;

/** Only then it is worth reading which metrics there are. */
function namesMetrics({ metrics, conditions }: Settings): boolean {
  return metrics.thresholds.length > 0 || conditions.length > 0;
}

/** What a proxy or a plug-in of the engine keeps from the console, and what that means. */
function limitsOf(forbidden: readonly string[] = []): Check[] {
  if (forbidden.length === 0) return [];
  const events = forbidden.includes('GET /events');
  const late = events ? ': exits and health changes are seen late and without their cause' : '';
  return [{ ok: false, name: 'Engine', text: `a proxy or a plug-in forbids ${forbidden.join(', ')}${late}` }];
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
  const size = process.stdout.isTTY ? `${process.stdout.columns}x${process.stdout.rows}` : 'no terminal';
  return [
    {
      ok: true,
      name: 'Terminal',
      text: `${env.TERM ?? 'TERM is not set'}, ${size}, ${isUtf8(env) ? 'UTF-8' : 'not a UTF-8 locale: drawn in ASCII, unless DESKHAND_ASCII=0 or screen.ascii: false'}`,
    },
  ];
}
