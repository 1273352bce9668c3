import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../../lib/error.ts';

/** Pauses are 2–20 ms: together about 10 s, then waiting ends. */
const ATTEMPTS = 900;

/**
 * Runs `work` while this process alone holds the lock file: made with O_EXCL, holding "pid host nonce". A lock whose process is
 * gone from this host is broken at once; one of another host when it has not changed for the whole wait.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = `${process.pid} ${hostname()} ${randomUUID()}`;
  await acquire(path, mine);
  try {
    return await work();
  } finally {
    if ((await holder(path)) === mine) await rm(path, { force: true });
  }
}

async function acquire(path: string, mine: string): Promise<void> {
  let seen = '';
  let since = 0;
  for (let attempt = 0; ; attempt += 1) {
    if (await create(path, mine)) return;
    const held = await holder(path);
    if (held !== seen) [seen, since] = [held, attempt];
    const waited = attempt - since >= ATTEMPTS;
    if (isGone(held) || (waited && !isHere(held))) await breakLock(path, held);
    else if (waited) throw new Error(`${path} is held by process ${held.split(' ')[0]}`);
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

function isGone(held: string): boolean {
  if (!isHere(held)) return false;
  try {
    process.kill(Number(held.split(' ')[0]), 0);
    return false;
  } catch (error) {
    return hasCode(error, 'ESRCH');
  }
}

/** Takes the stale lock away under a name of our own; one that turns out to be another's fresh lock is put back. */
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
