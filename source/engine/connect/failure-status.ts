import { parseJson } from '../../lib/json.ts';
import type { FailureKind } from '../engine.ts';
import { fields, text } from '../parse/fields.ts';
import type { Endpoint } from './endpoint.ts';
import { type Explained, oneLine } from './explained.ts';
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

const ADVICE: Partial<Record<FailureKind, string>> = {
  forbidden: 'An authorisation plug-in or a proxy before the engine does not allow this.',
  'engine-error': "The engine's own log tells more: `journalctl -u docker`.",
};

const IN_USE = /\b(?:in use|active endpoints|being used)\b/i;

/** What proxies before a socket answer to a path that they do not let through, in their own pages rather than the engine's JSON. */
const FORBIDDEN: ReadonlySet<number> = new Set([401, 403, 405, 407]);

function forbidden(status: number, what: string, doing: string): Explained {
  return {
    kind: 'forbidden',
    message: `Forbidden while ${doing}: ${what} (${status}), by a proxy before the engine.`,
    advice: 'Allow this path in the proxy, or use an address without one.',
  };
}

/** An answer with a status of failure; the engine's message is part of the sentence. `what` was asked for: "GET /info". */
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
  // Whatever answers a path of the API without the engine's own JSON is something else: a web server, a proxy.
  if (message === undefined && status < 500) return notDocker(endpoint, `it answered ${status} while ${doing}`);
  const kind = KINDS[status] ?? (status < 500 ? 'bad-request' : 'engine-error');
  const why = oneLine(message || said) || `status ${status}`;
  // The engine itself answers 403 for what is in use, too.
  const advice = kind === 'forbidden' && IN_USE.test(why) ? 'Take away what uses it first.' : (ADVICE[kind] ?? '');
  return { kind, message: `The engine refused ${doing}: ${why}`, advice };
}

function engineMessage(body: string): string | undefined {
  try {
    return text(fields(parseJson(body)).message) || undefined;
  } catch {
    return undefined;
  }
}
