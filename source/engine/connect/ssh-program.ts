import { type ChildProcess, execFile, spawn } from 'node:child_process';
import type { EndpointTarget } from './endpoint.ts';
import { SshEnded } from './failure.ts';

/** Runs the system's `ssh` with the user's configuration: reads that configuration, starts masters and sends them requests. */

export type SshTarget = Extract<EndpointTarget, { kind: 'ssh' }>;

/** The user's configuration for a host, from `ssh -G`. */
export type SshConfig = {
  /** The jump hosts, as configured; undefined if there are none. */
  jump?: string;
  /** Whether the user's own master may be running. */
  shared: boolean;
};

/** Control commands to a master need no network, but a configuration that runs programs (Match exec) may take a while (ms). */
const TALK_MS = 10_000;

/** The host with its user and port, as the last arguments of a command line. The names were checked when the endpoint was resolved. */
export function sshHost({ user, host, port }: SshTarget): string[] {
  return [...(user ? ['-l', user] : []), ...(port ? ['-p', port] : []), '--', host];
}

/** Runs ssh to completion without input; fails with SshEnded if it is unsuccessful. */
export function runSsh(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('ssh', args, { timeout: TALK_MS, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else reject(typeof error.code === 'string' ? error : new SshEnded(error.code ?? null, stderr));
    });
    child.stdin?.end();
  });
}

export async function readSshConfig(target: SshTarget): Promise<SshConfig> {
  const text = await runSsh(['-G', ...sshHost(target)]);
  const value = (name: string) => {
    const line = text.split('\n').find((one) => one.startsWith(`${name} `));
    const found = line?.slice(name.length + 1).trim();
    return found === undefined || found === 'none' ? undefined : found;
  };
  return { jump: value('proxyjump'), shared: value('controlpath') !== undefined };
}

/**
 * Ends the command when this program ends for any reason, which closes its standard input. The command line is passed as separate
 * arguments, which the shell does not interpret.
 */
const WITH_US =
  'exec 3<&0; "$@" 3<&- </dev/null & p=$!; { read -r _ <&3; kill "$p" 2>/dev/null; } & r=$!; exec 3<&-; wait "$p"; s=$?; kill "$r" 2>/dev/null; exit "$s"';

/** Options of a master: without the forwardings of the user's configuration, and a lost network is noticed within ten seconds. */
const MASTER = [
  ...['-M', '-N', '-T', '-o', 'ControlPersist=no', '-o', 'ClearAllForwardings=yes', '-o', 'ForwardAgent=no'],
  ...['-o', 'ServerAliveInterval=3', '-o', 'ServerAliveCountMax=2'],
];

/** Starts a master that listens on `path` once it has logged in; it gives up if the server does not answer within `patience` seconds. */
export function startMaster(target: SshTarget, path: string, timeoutSeconds: number): ChildProcess {
  const command = ['ssh', ...MASTER, '-o', `ConnectTimeout=${timeoutSeconds}`, '-S', path, ...sshHost(target)];
  // Its own session: no terminal for passphrase prompts, and no ctrl-c from ours.
  return spawn('sh', ['-c', WITH_US, 'sh', ...command], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
}
