/** What a planted secret is called wherever it stands. */
export const SECRET = /SEKRET\d+/;

/** Fields whose grammar the engine checks, and those that its machinery needs: ids, names, states, times, addresses. */
const KEPT =
  /^(id|ID|Id|ImageID|ParentId|Parent|Name|Names|Image|RepoTags|RepoDigests|State|Status|status|Action|Type|from|name|time|Created|CreatedAt|UpdatedAt|LastUsedAt|StartedAt|FinishedAt|Start|End|Read|read|preread|ApiVersion|MinAPIVersion|Version|Tp|Scope|Mode|ContainerID|Protocol|Timestamp|DesiredState|LocalNodeState|NodeID|ServiceID|SystemTime|Hostname|Digest|HostPort|HostIp|IPAddress|GlobalIPv6Address|IPv6Gateway|Gateway|MacAddress|IP|Driver|exitCode|signal|Aliases|DNSNames|Platform|Os|Architecture|StopSignal|PidMode|Runtime|NetworkMode|Ports|ExposedPorts|Destination|Source|Mountpoint|Propagation|Architecture|StorageDriver|UsedBy|Isolation|CgroupDriver|Test|Path|User|WorkingDir|com\.docker\..*|.*Path|.*ID|.*Id)$/;

export type Planting = { plant: (json: unknown) => unknown; count: () => number };

/** Puts a secret of its own, as programs and people write them, into every text that the engine has. */
export function planting(): Planting {
  let count = 0;
  const secret = () => {
    count += 1;
    return `SEKRET${count}`;
  };
  const sentence = () => `said password=${secret()} for postgres://trader:${secret()}@db/desk`;
  const plant = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return KEPT.test(key) || key === '' ? value : `${value} ${sentence()}`;
    if (Array.isArray(value)) return plantList(value, key);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, one]) => [name, plant(one, name)] as const);
    return Object.fromEntries([...entries, ...MORE(key, secret)]);
  };
  const plantList = (values: readonly unknown[], key: string): unknown[] => {
    if (key === 'Env')
      return [...values, `DB_PASSWORD=${secret()}`, `API_TOKEN=${secret()}`, `URL=redis://:${secret()}@r`];
    if (key === 'Cmd' || key === 'Args') return [...values, '--password', secret(), `--token=${secret()}`];
    return values.map((one) => plant(one, key));
  };
  return { plant: (json) => plant(json, ''), count: () => count };
}

/** Entries for maps of the operator's own. */
function MORE(key: string, secret: () => string): [string, string][] {
  if (key === 'Labels') return [['traefik.auth.password', secret()]];
  if (key === 'LogConfig') return [];
  if (key === 'Config' || key === 'Options') return [['splunk-token', secret()]];
  return [];
}
