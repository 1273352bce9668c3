import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../../lib/error.ts';
import { bootId } from './identity.ts';

/** Pauses are 2–20 ms: together about 10 s, then waiting ends. */
const ATTEMPTS = 900;
/** About 2 s. Writing a line takes milliseconds: a lock without its process start time is not waited for longer. */
const ATTEMPTS_ANONYMOUS = 180;

/**
 * Runs `work` while this process alone holds the lock file: made with O_EXCL, holding "pid host nonce boot start". A lock whose
 * process is gone from this host is broken at once, also when its pid lives again as another process or the machine was started
 * again; one of another host when it has not changed for the whole wait.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const { boot = '', start = '' } = processOf(process.pid) ?? {};
  const mine = `${process.pid} ${hostname()} ${randomUUID()} ${boot} ${start}`.trimEnd();
  await acquire(path, mine);
  try {
    return await work();
  } finally {
    if ((await holder(path)) === mine) await rm(path, { force: true });
  }
}

/** The process of this host that holds a lock now; undefined where none does. */
export async function lockHolder(path: string): Promise<number | undefined> {
  const held = await holder(path);
  return held === '' || !isHere(held) || isGone(held, ATTEMPTS_ANONYMOUS) ? undefined : Number(held.split(' ')[0]);
}

async function acquire(path: string, mine: string): Promise<void> {
  let seen = '';
  let since = 0;
  for (let attempt = 0; ; attempt += 1) {
    if (await create(path, mine)) return;
    const held = await holder(path);
    if (held !== seen) [seen, since] = [held, attempt];
    const waited = attempt - since >= ATTEMPTS;
    if (isGone(held, attempt - since) || (waited && !isHere(held))) await breakLock(path, held);
    else if (waited)
      throw new Error(`process ${held.split(' ')[0]} has held ${path} for 10 s: end that process, or remove the file`);
    await sleep(2 + Math.random() * 18);
  }
}

async function create(path: string, mine: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(mine);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function holder(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** The process that made it ran on this host. */
function isHere(held: string): boolean {
  return held.split(' ')[1] === hostname();
}

/** A pid alone is not enough: after a crash or reboot it may belong to any other process. */
function isGone(held: string, attempts: number): boolean {
  if (!isHere(held)) return false;
  const [pid, , , boot, start] = held.split(' ');
  if (!isAlive(Number(pid))) return true;
  if (start === undefined) return attempts >= ATTEMPTS_ANONYMOUS;
  const alive = processOf(Number(pid));
  return alive !== undefined && (alive.boot !== boot || alive.start !== start);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

/** When a process started, in the kernel's ticks since the machine did; undefined if there is no such process or no /proc. */
function processOf(pid: number): { boot: string; start: string } | undefined {
  const boot = bootId();
  try {
    // The program's name may contain anything, including brackets: the fields follow its last bracket. The start is field 22.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    const start = fields?.[19];
    return boot === undefined || start === undefined ? undefined : { boot, start };
  } catch {
    return undefined;
  }
}

/** Moves the stale lock to a unique name; if it turns out to be another process's new lock, it is put back. */
async function breakLock(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await holder(aside)) !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
