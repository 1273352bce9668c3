import { parseJson } from '../../lib/json.ts';
import type { FailureKind } from '../engine.ts';
import { fields, text } from '../parse/fields.ts';
import type { Endpoint } from './endpoint.ts';
import { type Explained, engineLog, oneLine } from './explained.ts';
import { notDocker } from './failure.ts';
import { wantsTls } from './failure-tls.ts';

/** The engine's own refusals (docs.docker.com/reference/api/engine: {"message": …}) in words. */

const KINDS: Readonly<Record<number, FailureKind>> = {
  400: 'bad-request',
  401: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
};

const IN_USE = /\b(?:in use|active endpoints|being used)\b/i;

/** How socket proxies answer for a path that they block: with their own pages instead of the engine's JSON. */
const FORBIDDEN: ReadonlySet<number> = new Set([401, 403, 405, 407]);

function forbidden(status: number, what: string, doing: string): Explained {
  return {
    kind: 'forbidden',
    message: `Forbidden while ${doing}: ${what} (${status}), by a proxy in front of the engine.`,
    advice: 'Allow this path in the proxy, or use an address without one.',
  };
}

/** An answer with a failure status; quotes the engine's message. `what`: the request, such as "GET /info". */
export function explainStatus(
  status: number,
  body: Buffer,
  endpoint: Endpoint,
  doing: string,
  what = 'this',
): Explained {
  const said = body.toString('utf8');
  if (said.includes('HTTP request to an HTTPS server')) return wantsTls(endpoint);
  const message = engineMessage(said);
  if (message === undefined && FORBIDDEN.has(status)) return forbidden(status, what, doing);
  // An answer that is not the engine's JSON comes from something else, such as a web server or a proxy.
  if (message === undefined && status < 500) return notDocker(endpoint, `it answered ${status} while ${doing}`);
  const kind = KINDS[status] ?? (status < 500 ? 'bad-request' : 'engine-error');
  const why = oneLine(message || said) || `status ${status}`;
  return { kind, message: `The engine refused ${doing}: ${why}`, advice: adviceFor(kind, why, endpoint) };
}

function adviceFor(kind: FailureKind, why: string, { url }: Endpoint): string {
  if (kind === 'engine-error') return `The engine's log has more details: ${engineLog(url)}.`;
  if (kind !== 'forbidden') return '';
  // The engine also answers 403 for objects in use.
  if (IN_USE.test(why)) return 'Remove what uses it first.';
  return 'An authorisation plug-in or a proxy in front of the engine forbids this.';
}

function engineMessage(body: string): string | undefined {
  try {
    return text(fields(parseJson(body)).message) || undefined;
  } catch {
    return undefined;
  }
}
