import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const SSHD = '/usr/sbin/sshd';

/** Whether there is an OpenSSH server on this machine (Debian: openssh-server). */
export const hasSshd = existsSync(SSHD);

export type Sshd = {
  port: number;
  directory: string;
  /** The user that logs in: who runs the test. */
  user: string;
  /** Logins that the server has accepted, and keys that it has refused. */
  logins(): number;
  refusals(): number;
  /** More lines for the client's configuration, in front of all others. */
  configure(lines: string): void;
  /** The key is no longer welcome. */
  forgetKey(): void;
  close(): Promise<void>;
};

/** A real sshd on a loopback port with keys of its own, and an `ssh` on the PATH that knows it. `options`: lines of its configuration. */
export async function startSshd(options = ''): Promise<Sshd> {
  const directory = mkdtempSync(join(tmpdir(), 'deskhand-sshd-'));
  const at = (name: string) => join(directory, name);
  const write = (name: string, text: string, mode = 0o600) => {
    writeFileSync(at(name), text);
    chmodSync(at(name), mode);
  };
  for (const name of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  write('authorized', readFileSync(at('user.pub'), 'utf8'));
  const port = await freePort();
  const server = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${at('host')}`, `PidFile ${at('pid')}`, 'UsePAM no'],
    ...[`AuthorizedKeysFile ${at('authorized')}`, 'StrictModes no', 'PasswordAuthentication no', 'LogLevel VERBOSE'],
    ...['KbdInteractiveAuthentication no', 'PermitRootLogin yes', options],
  ];
  write('sshd_config', `${server.join('\n')}\n`);
  const client = [
    ...['Host *', `IdentityFile ${at('user')}`, 'IdentitiesOnly yes', `UserKnownHostsFile ${at('known')}`],
    'StrictHostKeyChecking accept-new',
  ].join('\n');
  write('ssh_config', client);
  mkdirSync(at('bin'));
  write('bin/ssh', `#!/bin/sh\nexec /usr/bin/ssh -F ${at('ssh_config')} "$@"\n`, 0o755);
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = spawn(SSHD, ['-D', '-f', at('sshd_config'), '-E', at('log')], { stdio: 'ignore' });
  await listening(port, sshd);
  const path = process.env.PATH;
  process.env.PATH = `${at('bin')}:${path}`;
  const count = (words: string) => readFileSync(at('log'), 'utf8').split(words).length - 1;
  return {
    port,
    directory,
    user: userInfo().username,
    logins: () => count('Accepted publickey'),
    refusals: () => count('Connection closed by authenticating user'),
    configure: (lines) => write('ssh_config', `${lines}\n${client}`),
    forgetKey: () => write('authorized', ''),
    async close() {
      process.env.PATH = path;
      sshd.kill();
      if (sshd.exitCode === null && sshd.signalCode === null) await once(sshd, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when the server takes connections. */
async function listening(port: number, sshd: ReturnType<typeof spawn>): Promise<void> {
  for (;;) {
    if (sshd.exitCode !== null) throw new Error(`sshd ended with ${sshd.exitCode}`);
    const socket = net.connect({ host: '127.0.0.1', port });
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await new Promise((turn) => setTimeout(turn, 20));
  }
}
