import * as v from 'valibot';
import { startDeadline } from '../lib/deadline.ts';
import { httpGet, readUnzipped } from '../lib/http.ts';
import { parseJson } from '../lib/json.ts';
import { maskText } from '../lib/secrets.ts';

/**
 * Reads lines from a log server over its HTTP API: Loki (GET /loki/api/v1/query_range) or VictoriaLogs (GET /select/logsql/query). Nothing is
 * ever written to it.
 */

export type LogServerSettings = {
  url: string;
  kind: 'loki' | 'victorialogs';
  /** Names of its labels; empty if it has no such label. */
  labels: Readonly<Record<'host' | 'project' | 'service' | 'swarm' | 'container', string>>;
  headers: Readonly<Record<string, string>>;
};

/** A line with the server's time for it (ns since the epoch), and its container if the labels name it. */
export type ServerLine = { at: bigint; text: string; container?: string };

/** Selects lines: all of these labels must have these values. */
export type Selector = Readonly<Record<string, string>>;

/** At most `limit` lines from `from` up to, not including, `to` (ns since the epoch), the earliest first. */
export type ReadPage = (
  selector: Selector,
  span: { from: bigint; to: bigint; limit: number },
  signal?: AbortSignal,
) => Promise<ServerLine[]>;

const TIMEOUT_MS = 30_000;
/** Maximum size of one page in bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

export function pageReader(settings: LogServerSettings): ReadPage {
  return async (selector, span, signal) => {
    const read = settings.kind === 'loki' ? loki : victoriaLogs;
    const { path, lines } = read(selector, span, settings.labels.container);
    const url = `${settings.url.replace(/\/+$/, '')}${path}`;
    return lines(await get(new URL(url), settings.headers, signal)).sort((a, b) =>
      a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
    );
  };
}

async function get(url: URL, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<string> {
  const deadline = startDeadline({ signal, timeoutMs: TIMEOUT_MS });
  try {
    const answer = await httpGet(url, { signal: deadline.signal, headers: { 'accept-encoding': 'gzip', ...headers } });
    const body = (await readUnzipped(answer, MOST_BYTES)).toString('utf8');
    const { statusCode = 0 } = answer;
    if (statusCode < 200 || statusCode > 299)
      throw new Error(`${url.origin} answered ${statusCode}: ${maskText(body.slice(0, 200))}`);
    return body;
  } finally {
    deadline.end();
  }
}

type Asked = { path: string; lines(body: string): ServerLine[] };
type Span = Parameters<ReadPage>[1];

const LokiAnswer = v.object({
  data: v.object({
    result: v.array(
      v.object({
        stream: v.record(v.string(), v.string()),
        // A third element holds structured metadata.
        values: v.array(v.looseTuple([v.string(), v.string()])),
      }),
    ),
  }),
});

/** grafana.com/docs/loki/latest/reference/loki-http-api: `start` inclusive, `end` exclusive, nanoseconds. */
function loki(selector: Selector, { from, to, limit }: Span, container: string): Asked {
  const query = `{${Object.entries(selector)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;
  const asked = { query, start: String(from), end: String(to), limit: String(limit), direction: 'forward' };
  return {
    path: `/loki/api/v1/query_range?${new URLSearchParams(asked)}`,
    lines: (body) =>
      v
        .parse(LokiAnswer, parseJson(body))
        .data.result.flatMap(({ stream, values }) =>
          values.map(([at, text]) => ({ at: BigInt(at), text, container: nameOf(stream[container]) })),
        ),
  };
}

const VictoriaLine = v.looseObject({ _time: v.string(), _msg: v.optional(v.string(), '') });

/** docs.victoriametrics.com/victorialogs/querying: one JSON object per line; `end` is exclusive if given in nanoseconds. */
function victoriaLogs(selector: Selector, { from, to, limit }: Span, container: string): Asked {
  const terms = Object.entries(selector).map(([name, value]) => `${JSON.stringify(name)}:=${JSON.stringify(value)}`);
  const query = `_time:[${isoTime(from)}, ${isoTime(to)}) ${terms.join(' ')} | sort by (_time) limit ${limit}`;
  return {
    path: `/select/logsql/query?${new URLSearchParams({ query })}`,
    lines: (body) =>
      body
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => {
          const { _time, _msg, ...rest } = v.parse(VictoriaLine, parseJson(line));
          const named = rest[container];
          return { at: nanosOf(_time), text: _msg, container: nameOf(typeof named === 'string' ? named : undefined) };
        }),
  };
}

/** Docker's own container names begin with a slash. */
function nameOf(label: string | undefined): string | undefined {
  return label?.replace(/^\//, '');
}

const BILLION = 1_000_000_000n;

/** 2026-11-20T09:15:00.123456789Z */
export function isoTime(at: bigint): string {
  const seconds = new Date(Number(at / BILLION) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(at % BILLION).padStart(9, '0')}Z`;
}

function nanosOf(time: string): bigint {
  const [, whole = '', fraction = '', zone = 'Z'] = /^([^.Z+]+)(?:\.(\d+))?(Z|[+-][\d:]+)?$/.exec(time) ?? [];
  const ms = Date.parse(`${whole}${zone}`);
  if (Number.isNaN(ms)) throw new Error(`the log server gave a line the time ${JSON.stringify(time)}`);
  return BigInt(ms) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}
