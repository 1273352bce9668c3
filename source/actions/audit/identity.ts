import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { AuditIdentity } from './record.ts';

/** The user of this process: also with sudo, and without an entry in passwd. */
export function identity(env: Readonly<Record<string, string | undefined>>): AuditIdentity {
  const uid = process.getuid?.();
  const user = userName() ?? env.USER ?? `uid ${uid ?? 'unknown'}`;
  const behind = env.SUDO_USER === undefined || env.SUDO_USER === user ? user : `${user} (sudo by ${env.SUDO_USER})`;
  return {
    user: behind,
    uid,
    origin: env.SSH_CONNECTION,
    host: hostname(),
    pid: process.pid,
    tty: terminalName(),
    loginUid: loginUid(),
    boot: bootId(),
  };
}

function terminalName(): string | undefined {
  try {
    const name = readlinkSync('/proc/self/fd/0');
    return /^\/dev\/(tty|pts\/|console)/.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined without a login (a service), or if the system does not know. */
function loginUid(): number | undefined {
  const uid = Number(systemFile('/proc/self/loginuid') ?? Number.NaN);
  return Number.isInteger(uid) && uid !== 0xffff_ffff ? uid : undefined;
}

/** Id of this boot of the machine; undefined outside Linux. */
export function bootId(): string | undefined {
  return systemFile('/proc/sys/kernel/random/boot_id');
}

function systemFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
