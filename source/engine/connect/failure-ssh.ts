import type { FailureKind } from '../engine.ts';
import type { Endpoint } from './endpoint.ts';
import { type Explained, oneLine } from './explained.ts';

type Rule = { when: RegExp; kind: FailureKind; message: (host: string) => string; advice: (command: string) => string };

/** Recognised by messages of OpenSSH, the remote shell and the remote docker CLI. First match wins. */
const RULES: readonly Rule[] = [
  {
    when: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    kind: 'login-refused',
    message: (host) => `The host key of ${host} has changed since it was last seen.`,
    advice: (command) => `If that was expected, remove the old key with \`ssh-keygen -R\` and run \`${command}\` once.`,
  },
  {
    when: /Host key verification failed|No .* host key is known/i,
    kind: 'login-refused',
    message: (host) => `ssh does not know the host key of ${host}.`,
    advice: (command) => `Run \`${command}\` once and accept the key.`,
  },
  {
    when: /permission denied while trying to connect|dial unix .*permission denied/i,
    kind: 'permission-denied',
    message: (host) => `The ssh user may not use the Docker Engine on ${host}.`,
    advice: () => 'Run `sudo usermod -aG docker USER` there, or log in as a user who may.',
  },
  {
    when: /Permission denied \(|Too many authentication failures|Authentication failed|no such identity/i,
    kind: 'login-refused',
    message: (host) => `ssh could not log in to ${host}.`,
    advice: (command) =>
      `\`${command}\` must work without a password: use ssh-agent, or IdentityFile and User in ~/.ssh/config.`,
  },
  {
    when: /Could not resolve hostname/i,
    kind: 'host-not-found',
    message: (host) => `ssh cannot resolve the host name ${host}.`,
    advice: () => 'Check the name, the DNS of this machine, and ~/.ssh/config.',
  },
  {
    when: /Connection refused/i,
    kind: 'connection-refused',
    message: (host) => `${host} refused the ssh connection.`,
    advice: () => 'Is sshd running there, on that port?',
  },
  {
    when: /timed out|Operation timed out/i,
    kind: 'timeout',
    message: (host) => `${host} did not answer ssh.`,
    advice: () => 'Is the host up, and the network or VPN connected?',
  },
  {
    when: /No route to host|Network is unreachable/i,
    kind: 'host-not-found',
    message: (host) => `No route to the host ${host}.`,
    advice: () => 'Is the host up, and the network or VPN connected?',
  },
  {
    when: /docker: (command )?not found|command not found: docker|docker: No such file|unknown command: docker/i,
    kind: 'ssh',
    message: (host) => `There is no docker command on ${host}, or not on the PATH of its ssh sessions.`,
    advice: (command) =>
      `\`${command} docker version\` must work; ssh:// needs the docker CLI 18.09 or newer on the remote host.`,
  },
  {
    when: /system dial-stdio|is not a docker command|unknown (command|flag)/i,
    kind: 'ssh',
    message: (host) => `The docker command on ${host} is too old for ssh://.`,
    advice: () => 'Docker 18.09 or newer is needed there (`docker system dial-stdio`).',
  },
  {
    when: /Cannot connect to the Docker daemon|dial unix|no such file or directory/i,
    kind: 'no-socket',
    message: (host) => `No Docker Engine answers on ${host}.`,
    advice: () =>
      'Start it there (`sudo systemctl start docker`), or name its socket: ssh://HOST/run/user/1000/docker.sock.',
  },
];

/** Why ssh ended without reaching an engine; quotes ssh's last message if no rule matches it. */
export function explainSsh(stderr: string, exitCode: number | null, endpoint: Endpoint): Explained {
  const { target } = endpoint;
  const host = target.kind === 'ssh' ? target.host : endpoint.host;
  const rule =
    RULES.find(({ when }) => when.test(stderr)) ??
    (exitCode === 127 ? RULES.find(({ when }) => when.test('docker: not found')) : undefined);
  if (rule)
    return {
      kind: rule.kind,
      message: `${rule.message(host)} (${endpoint.origin})`.replace(/\. \((.*)\)$/, ' ($1).'),
      advice: rule.advice(byHand(endpoint)),
    };
  const said = oneLine(stderr.trim().split('\n').at(-1) ?? '', 200);
  const end = exitCode === null ? 'was ended' : `ended with ${exitCode}`;
  return {
    kind: 'ssh',
    message: `ssh to ${host} ${end}${said ? `: ${said}` : ' without a message'}`,
    advice: `Try it yourself: \`${byHand(endpoint)} docker version\`.`,
  };
}

function byHand({ target, url }: Endpoint): string {
  if (target.kind !== 'ssh') return `ssh ${url}`;
  return [
    'ssh',
    ...(target.port ? ['-p', target.port] : []),
    target.user ? `${target.user}@${target.host}` : target.host,
  ].join(' ');
}
