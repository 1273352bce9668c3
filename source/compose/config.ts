import { parse, stringify } from 'yaml';
import type { Port } from '../engine/facts.ts';
import { byteCount } from '../lib/format.ts';
import { maskSecrets } from '../lib/secrets.ts';

/** The part of a rendered compose file that is compared with containers; everything else is kept for display. */
export type ComposeService = {
  image?: string;
  build: boolean;
  environment: Readonly<Record<string, string>>;
  command?: readonly string[];
  profiles: readonly string[];
  /** Services that come before it. */
  dependsOn: readonly string[];
  containerName?: string;
  replicas: number;
  /** Paths of the host that it mounts. */
  binds: readonly { source: string; target: string }[];
  /** Those that it takes on the host. */
  ports: readonly Port[];
  memory?: number;
  cpus?: number;
};

export type ComposeConfig = {
  name?: string;
  services: ReadonlyMap<string, ComposeService>;
  /** Names of volumes and networks as the engine knows them. */
  volumes: readonly string[];
  networks: readonly string[];
};

type Fields = Readonly<Record<string, unknown>>;

/** Reads what `compose config` prints, YAML or JSON. Throws an Error where it is neither. */
export function parseConfig(text: string, project: string): ComposeConfig {
  const root = fields(parse(text));
  const named = (section: unknown) =>
    Object.entries(fields(section)).map(([key, value]) => textOf(fields(value).name) ?? `${project}_${key}`);
  const services = Object.entries(fields(root.services)).map(
    ([name, value]) => [name, service(fields(value))] as const,
  );
  return {
    name: textOf(root.name),
    services: new Map(services),
    volumes: named(root.volumes),
    networks: named(root.networks),
  };
}

function service(given: Fields): ComposeService {
  const deploy = fields(given.deploy);
  const limits = fields(fields(deploy.resources).limits);
  return {
    image: textOf(given.image),
    build: given.build !== undefined && given.build !== null,
    environment: environmentOf(given.environment),
    command: words(given.command),
    profiles: words(given.profiles) ?? [],
    dependsOn: Array.isArray(given.depends_on)
      ? (words(given.depends_on) ?? [])
      : Object.keys(fields(given.depends_on)),
    containerName: textOf(given.container_name),
    replicas: numberOf(deploy.replicas) ?? numberOf(given.scale) ?? 1,
    binds: bindsOf(given.volumes),
    ports: portsOf(given.ports),
    memory: byteCount(limits.memory ?? given.mem_limit),
    cpus: numberOf(limits.cpus ?? given.cpus),
  };
}

/** A list of NAME=value, or a map; a name without a value comes from the shell that runs compose. */
function environmentOf(given: unknown): Readonly<Record<string, string>> {
  const entries = Array.isArray(given)
    ? given.map((entry) => {
        const [name = '', ...rest] = String(entry).split('=');
        return [name, rest.length > 0 ? rest.join('=') : undefined] as const;
      })
    : Object.entries(fields(given)).map(([name, value]) => [name, value === null ? undefined : String(value)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** As compose renders them: {type: bind, source, target}. */
function bindsOf(given: unknown): ComposeService['binds'] {
  return (Array.isArray(given) ? given : []).flatMap((entry) => {
    const { type, source, target } = fields(entry);
    const [from, to] = [textOf(source), textOf(target)];
    return type === 'bind' && from !== undefined && to !== undefined ? [{ source: from, target: to }] : [];
  });
}

/** As compose renders them: {target, published, protocol, host_ip}. Ranges and ports that the engine chooses are left out. */
function portsOf(given: unknown): readonly Port[] {
  return (Array.isArray(given) ? given : []).flatMap((entry) => {
    const { target, published, protocol, host_ip } = fields(entry);
    const [container, host] = [numberOf(target), numberOf(published)];
    if (container === undefined || host === undefined || host === 0) return [];
    return [{ container, host, protocol: textOf(protocol) ?? 'tcp', address: textOf(host_ip) ?? '' }];
  });
}

/** The rendered file as YAML, with every secret in it masked; only one service of it where `service` says so. */
export function maskedConfig(text: string, service?: string): string {
  const whole = maskSecrets(parse(text));
  const shown = service === undefined ? whole : { [service]: fields(fields(whole).services)[service] };
  return stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false });
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function words(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? [value] : undefined;
}
