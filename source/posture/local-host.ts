import { execFile } from 'node:child_process';
import { readdir, readFile, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { LocalHost } from './model/rule.ts';

const run = promisify(execFile);
/** Timeout of a program, in milliseconds. */
const PROGRAM_MS = 2000;

/** Reads the facts about this machine that the rules need; a missing file leaves its field undefined. `dataDirectory` is the engine's. */
export async function readLocalHost(dataDirectory = '/'): Promise<LocalHost> {
  const [clockSynchronised, disk, hugePages, isolated, swappiness, governors, cpu, memory, io] = await Promise.all([
    clockState(),
    statfs(dataDirectory).catch(() => undefined),
    read('/sys/kernel/mm/transparent_hugepage/enabled'),
    read('/sys/devices/system/cpu/isolated'),
    read('/proc/sys/vm/swappiness'),
    readGovernors(),
    read('/proc/pressure/cpu'),
    read('/proc/pressure/memory'),
    read('/proc/pressure/io'),
  ]);
  return {
    clockSynchronised,
    diskFree: disk && share(disk.bavail, disk.blocks),
    inodesFree: disk && share(disk.ffree, disk.files),
    pressure: pressure({ cpu, memory, io }),
    hugePages: hugePages && /\[(\w+)\]/.exec(hugePages)?.[1],
    isolatedCpus: isolated?.trim(),
    governors,
    swappiness: swappiness === undefined ? undefined : Number(swappiness),
  };
}

/** File systems without a fixed number of inodes (btrfs) count none. */
function share(free: number, all: number): number | undefined {
  return all > 0 ? free / all : undefined;
}

function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** `some avg60` of a pressure file: "some avg10=0.00 avg60=1.25 avg300=0.40 total=12345". */
export function pressureShare(text: string | undefined): number | undefined {
  const average = /^some\b.*\bavg60=(\d+(?:\.\d+)?)/m.exec(text ?? '')?.[1];
  return average === undefined ? undefined : Number(average);
}

function pressure(texts: Record<'cpu' | 'memory' | 'io', string | undefined>): LocalHost['pressure'] {
  if (Object.values(texts).every((text) => text === undefined)) return undefined;
  return { cpu: pressureShare(texts.cpu), memory: pressureShare(texts.memory), io: pressureShare(texts.io) };
}

async function readGovernors(): Promise<readonly string[] | undefined> {
  const policies = await readdir('/sys/devices/system/cpu/cpufreq').catch(() => []);
  const texts = await Promise.all(
    policies
      .filter((name) => name.startsWith('policy'))
      .map((name) => read(`/sys/devices/system/cpu/cpufreq/${name}/scaling_governor`)),
  );
  const found = texts.flatMap((text) => (text ? [text.trim()] : []));
  return found.length > 0 ? found : undefined;
}

/** The kernel's clock as systemd sees it, whatever program synchronises it (timesyncd, chrony, ntpd); undefined without systemd. */
async function clockState(): Promise<boolean | undefined> {
  const answer = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], {
    timeout: PROGRAM_MS,
  }).catch(() => undefined);
  const word = answer?.stdout.trim();
  return word === 'yes' ? true : word === 'no' ? false : undefined;
}
