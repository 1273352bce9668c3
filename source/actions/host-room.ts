import { readFile, statfs } from 'node:fs/promises';

/** What the machine of the engine has left. Sizes in bytes. */
export type HostRoom = {
  /** Of the file system that holds images and volumes. */
  disk?: { path: string; free: number; total: number };
  /** Memory that programs can still get without swapping. */
  memoryFree?: number;
  /** Ports that something listens on: `tcp 8000`. */
  listening: ReadonlySet<string>;
};

/** Reads this machine, for an engine that runs on it; what cannot be read is left out. */
export async function readHostRoom(dataDirectory: string | undefined): Promise<HostRoom> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  const [disk, memory, tcp, tcp6, udp, udp6] = await Promise.all([
    dataDirectory === undefined ? undefined : statfs(dataDirectory).catch(() => undefined),
    read('/proc/meminfo'),
    read('/proc/net/tcp'),
    read('/proc/net/tcp6'),
    read('/proc/net/udp'),
    read('/proc/net/udp6'),
  ]);
  const free = /^MemAvailable:\s+(\d+) kB$/m.exec(memory)?.[1];
  return {
    ...(disk && dataDirectory !== undefined
      ? { disk: { path: dataDirectory, free: disk.bavail * disk.bsize, total: disk.blocks * disk.bsize } }
      : {}),
    ...(free === undefined ? {} : { memoryFree: Number(free) * 1024 }),
    listening: new Set([
      ...listeners(tcp, 'tcp'),
      ...listeners(tcp6, 'tcp'),
      ...listeners(udp, 'udp'),
      ...listeners(udp6, 'udp'),
    ]),
  };
}

/** TCP sockets in the state LISTEN, UDP sockets without a peer (kernel.org: proc_net_tcp). */
const WAITING = { tcp: '0A', udp: '07' } as const;

/** Ports of a table such as /proc/net/tcp: "0: 00000000:1F90 00000000:0000 0A …". */
export function listeners(table: string, protocol: 'tcp' | 'udp'): string[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const port = Number.parseInt(local.split(':')[1] ?? '', 16);
    return state === WAITING[protocol] && port > 0 ? [`${protocol} ${port}`] : [];
  });
}
