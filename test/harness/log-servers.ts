import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A line that a stand-in of a log server has. */
export type StoredLine = { at: bigint; text: string; labels: Readonly<Record<string, string>> };

export type StandIn = {
  url: string;
  /** The queries that were asked, decoded. */
  asked: URLSearchParams[];
  headers: http.IncomingHttpHeaders[];
  close(): Promise<void>;
};

/**
 * A stand-in of Loki and VictoriaLogs, as their documentation has it: GET /loki/api/v1/query_range and GET /select/logsql/query, with
 * spans, limits and label matchers; it knows no other part of their languages.
 */
export async function standIn(lines: readonly StoredLine[]): Promise<StandIn> {
  const asked: URLSearchParams[] = [];
  const headers: http.IncomingHttpHeaders[] = [];
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://server');
    asked.push(url.searchParams);
    headers.push(request.headers);
    const answer = url.pathname === '/loki/api/v1/query_range' ? loki : victoria;
    const body = answer(lines, url.searchParams);
    response.writeHead(body === undefined ? 400 : 200).end(body ?? 'query is not understood');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function chosen(lines: readonly StoredLine[], matchers: readonly [string, string][], from: bigint, to: bigint) {
  const fits = ({ at, labels }: StoredLine) =>
    at >= from && at < to && matchers.every(([name, value]) => labels[name] === value);
  return lines.filter(fits).sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** The longest span that Loki answers by default. */
const MOST_NANOS = 721n * 3_600_000_000_000n;

function loki(lines: readonly StoredLine[], asked: URLSearchParams): string | undefined {
  const query = /^\{(.*)\}$/.exec(asked.get('query') ?? '')?.[1];
  const [from, to] = [BigInt(asked.get('start') ?? 0), BigInt(asked.get('end') ?? 0)];
  if (!query || to - from > MOST_NANOS || asked.get('direction') !== 'forward') return undefined;
  const matchers = [...query.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g)].map(
    ([, name = '', value = '']): [string, string] => [name, JSON.parse(value)],
  );
  const found = chosen(lines, matchers, from, to).slice(0, Number(asked.get('limit')));
  const streams = Map.groupBy(found, ({ labels }) => JSON.stringify(labels));
  const result = [...streams].map(([labels, own]) => ({
    stream: JSON.parse(labels),
    values: own.map(({ at, text }) => [String(at), text]),
  }));
  return JSON.stringify({ status: 'success', data: { resultType: 'streams', result } });
}

function victoria(lines: readonly StoredLine[], asked: URLSearchParams): string | undefined {
  const query = asked.get('query') ?? '';
  const found = /^_time:\[(\S+), (\S+)\) (.*) \| sort by \(_time\) limit (\d+)$/.exec(query);
  if (!found) return undefined;
  const [, from = '', to = '', terms = '', limit] = found;
  const nanos = (text: string) => BigInt(Date.parse(text)) * 1_000_000n + BigInt(text.slice(23, 29));
  const matchers = [...terms.matchAll(/("(?:[^"\\]|\\.)*"):=("(?:[^"\\]|\\.)*")/g)].map(
    ([, name = '', value = '']): [string, string] => [JSON.parse(name), JSON.parse(value)],
  );
  return chosen(lines, matchers, nanos(from), nanos(to))
    .slice(0, Number(limit))
    .map(({ at, text, labels }) => {
      const iso = new Date(Number(at / 1_000_000n)).toISOString().slice(0, 23);
      const _time = `${iso}${String(at % 1_000_000n).padStart(6, '0')}Z`;
      return `${JSON.stringify({ _time, _msg: text, _stream: '{}', ...labels })}\n`;
    })
    .join('');
}
