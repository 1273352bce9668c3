import type { ContainerFacts, Port } from '../engine/facts.ts';

/** An address to probe. `guessed`: derived from a published port by convention, not from settings or labels. */
export type ProbeTarget = {
  url: string;
  guessed: boolean;
  /** A guess that the container's own health check asks the same of, and Docker says is healthy. */
  vouched?: true;
};

/** How containers can be reached from this machine. */
export type Reach = {
  /** Host on which ports published on all addresses answer: 127.0.0.1 for an engine of this machine. */
  host: string;
  /** The engine runs on this machine: its loopback is ours. */
  local: boolean;
  /** Container addresses can be reached: the engine runs on this machine's kernel. */
  routable: boolean;
  /** Published ports are real (the simulated engine's are not), so addresses may be guessed. */
  guess: boolean;
};

/** Both spellings are accepted: like `deskhand.metrics.url`, and short. */
const LABELS = ['deskhand.health.url', 'deskhand.health'] as const;

/** Most addresses probed per container, so that a range of ports does not cause a flood of probes. */
const MOST = 3;

/**
 * Container ports that are known not to speak HTTP. `tcp`: a bare connection leaves no trace in the
 * program's log, and is worth trying where Docker has no health check; `ws`: a WebSocket server.
 */
const KNOWN: Readonly<Record<number, 'tcp' | 'ws' | 'other'>> = {
  3306: 'other', // MySQL locks out whom it sees connect and say nothing
  3389: 'other', // RDP
  4222: 'tcp', // NATS
  5432: 'tcp', // PostgreSQL
  6379: 'tcp', // Redis
  6432: 'tcp', // PgBouncer
  8765: 'ws', // the WebSocket proxy of openalgo
  9042: 'other', // Cassandra
  9092: 'other', // Kafka
  11211: 'tcp', // memcached
  27017: 'tcp', // MongoDB
};

/**
 * Ports that commonly serve HTTP. Others are not tried: a service on a trading host (an exchange gateway) may take a request for an attack.
 */
const CUSTOMARY: readonly (readonly [from: number, to: number])[] = [
  [80, 80],
  [3000, 3999],
  [4000, 4200],
  [5000, 5001],
  [5173, 5173],
  [5555, 5555],
  [7000, 7999],
  [8000, 8999],
  [9000, 9100],
];

/**
 * The addresses at which a running container's health can be probed: `configured` (a URL of the settings), else the label
 * `deskhand.health.url` or `deskhand.health` (URLs, `/path` or `:port/path`, separated by spaces or commas; `none` switches it off), else
 * guesses from its published ports. Empty if there is none.
 */
export function probeTargets(container: ContainerFacts, reach: Reach, configured?: string): ProbeTarget[] {
  if (container.state !== 'running') return [];
  if (configured !== undefined) return isProbed(configured) ? [{ url: configured, guessed: false }] : [];
  const label = LABELS.map((name) => container.labels[name]?.trim()).find((said) => said);
  if (label === undefined) return reach.guess ? guesses(container, reach) : [];
  if (label === 'none' || label === 'false') return [];
  const urls = label.split(/[\s,]+/).flatMap((part) => labelled(part, container, reach) ?? []);
  return [...new Set(urls)].slice(0, MOST).map((url) => ({ url, guessed: false }));
}

function isProbed(url: string): boolean {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  return target !== undefined && /^(https?|wss?|tcp):$/.test(target.protocol) && target.hostname !== '';
}

function labelled(part: string, container: ContainerFacts, reach: Reach): string | undefined {
  const [, port, path] = /^(?::(\d{1,5}))?(\/\S*)?$/.exec(part) ?? [];
  if (port === undefined && path === undefined) return isProbed(part) ? part : undefined;
  const wanted = port === undefined ? undefined : Number(port);
  const base = baseOf(container, wanted, reach);
  return base && `http://${base}${path ?? '/'}`;
}

/** `host:port` of a port of the container, or of its first one: as published, else at the container's own address. */
function baseOf({ ports, attachments }: ContainerFacts, wanted: number | undefined, reach: Reach): string | undefined {
  const candidates = ports.filter(
    (one) => one.protocol === 'tcp' && (wanted === undefined || one.container === wanted),
  );
  for (const port of candidates) {
    const published = addressOf(port, reach);
    if (published !== undefined) return published;
  }
  const inside = wanted ?? candidates[0]?.container;
  const address = attachments.find((one) => one.address)?.address;
  return reach.routable && address && inside !== undefined ? `${bracketed(address)}:${inside}` : undefined;
}

/** Where a published port is reached from here; undefined when it is not published, or on another machine's loopback only. */
function addressOf({ host, address = '' }: Port, reach: Reach): string | undefined {
  if (host === undefined) return undefined;
  if (address === '' || address === '0.0.0.0') return `${bracketed(reach.host)}:${host}`;
  if (address === '::') return `${bracketed(reach.local ? '::1' : reach.host)}:${host}`;
  const loopback = address === '::1' || address.startsWith('127.');
  return loopback && !reach.local ? undefined : `${bracketed(address)}:${host}`;
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function guesses(container: ContainerFacts, reach: Reach): ProbeTarget[] {
  const found = new Map<number, ProbeTarget>();
  for (const port of container.ports) {
    if (port.protocol !== 'tcp' || port.host === undefined || found.has(port.container)) continue;
    const address = addressOf(port, reach);
    const url = address && guessFor(container, port.container, address);
    if (url)
      found.set(port.container, {
        url,
        guessed: true,
        ...(vouches(container, port.container) ? { vouched: true } : {}),
      });
  }
  return [...found.values()].slice(0, MOST);
}

function vouches({ health, detail }: ContainerFacts, port: number): boolean {
  return health === 'healthy' && askedInside(detail?.healthCheck?.test ?? [])?.port === port;
}

function guessFor(container: ContainerFacts, port: number, address: string): string | undefined {
  const kind = KNOWN[port];
  // A database's own health check is more meaningful than a connection.
  if (kind === 'tcp') return container.health === 'none' ? `tcp://${address}` : undefined;
  if (kind === 'ws') return `ws://${address}`;
  const asked = askedInside(container.detail?.healthCheck?.test ?? []);
  if (asked?.port === port) return `http://${address}${asked.path}`;
  const customary = kind === undefined && CUSTOMARY.some(([from, to]) => port >= from && port <= to);
  return customary ? `http://${address}/health` : undefined;
}

/** `curl -f http://localhost:5000/health`, `wget -qO- localhost:${PORT:-9090}/health`: the URL of the container's own health check. */
function askedInside(test: readonly string[]): { port: number; path: string } | undefined {
  const command = test.join(' ');
  if (!/\b(?:curl|wget|http)\b/.test(command) || command.includes('https:')) return undefined;
  const inside = /(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(?:\$\{\w+:-)?(\d{1,5})\}?)?(\/[\w./?=&%-]*)?/;
  const match = inside.exec(command);
  return match ? { port: Number(match[1] ?? 80), path: match[2] ?? '/' } : undefined;
}
