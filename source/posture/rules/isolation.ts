import { found, passed, type Rule, type Subject } from '../model/rule.ts';

/** What a container may do to its host. */

const SOCKETS = /(^|\/)(docker|podman|containerd)\.sock$/;

/** Capabilities that come close to root on the host (capabilities(7)). */
const STRONG = new Set([
  'ALL',
  'SYS_ADMIN',
  'SYS_MODULE',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'DAC_READ_SEARCH',
  'BPF',
  'NET_ADMIN',
]);
/** What a latency-critical program may need: locked memory, real-time priority, pinned threads. */
const LATENCY = new Set(['IPC_LOCK', 'SYS_NICE', 'SYS_RESOURCE']);

/** A path that gives control over the host when mounted. */
const HOST_PATHS = /^\/(|etc|root|boot|dev|proc|sys|var|var\/run|run|var\/lib\/docker)$/;

const isRoot = (user: string) => /^(root|0)?(:|$)/.test(user);

export const isolation: readonly Rule[] = [
  {
    id: 'privileged',
    on: 'container',
    title: 'Privileged container',
    severity: 'high',
    why: 'A privileged container is root on the host: anyone who breaks into it owns every other container.',
    fix: 'Remove privileged, and add the single capability or device that is needed.',
    check: ({ hardening }) => (hardening.privileged ? found('privileged: true') : passed),
  },
  {
    id: 'docker-socket',
    on: 'container',
    title: 'Engine socket mounted',
    severity: 'high',
    why: 'The engine socket is root on the host, also when it is mounted read-only.',
    fix: 'Remove the mount, or put a socket proxy that allows only the needed paths in between.',
    check: ({ facts }) =>
      facts.mounts
        .filter(({ source, target }) => SOCKETS.test(source) || SOCKETS.test(target))
        .flatMap(({ source, target }) => found(`${source} at ${target}`)),
  },
  {
    id: 'host-path',
    on: 'container',
    title: 'Host system directory mounted',
    severity: 'high',
    why: 'The container reads or changes files that belong to the host.',
    fix: 'Mount only the directory that is needed, read-only where possible.',
    check: ({ facts }) =>
      facts.mounts
        .filter(({ type, source }) => type === 'bind' && HOST_PATHS.test(source.replace(/(.)\/$/, '$1')))
        .flatMap(({ source, writable }) =>
          found(`${source}, ${writable ? 'writable' : 'read-only'}`, writable ? 'high' : 'medium'),
        ),
  },
  {
    id: 'added-capabilities',
    on: 'container',
    title: 'Capabilities added',
    severity: 'medium',
    why: 'Each added capability widens what a break-in can do.',
    fix: 'Keep only the capabilities the program needs; drop ALL first.',
    check: addedCapabilities,
  },
  {
    id: 'host-network',
    on: 'container',
    title: 'Host network',
    severity: 'medium',
    why: 'Every port the program opens is open on the host, and it reaches services that listen on loopback.',
    fix: 'Use a bridge network and publish the ports that are needed; keep host networking for latency-critical engines only.',
    check: ({ facts, role }) =>
      facts.detail?.networkMode === 'host'
        ? found('network_mode: host', role === 'engine' ? 'low' : undefined)
        : passed,
  },
  {
    id: 'host-pid',
    on: 'container',
    title: 'Host processes visible',
    severity: 'medium',
    why: 'The container sees every process of the host, with its command line, and can send signals to them.',
    fix: 'Remove pid: host.',
    check: ({ hardening }) => (hardening.pidMode === 'host' ? found('pid: host') : passed),
  },
  {
    id: 'host-ipc',
    on: 'container',
    title: 'Host shared memory',
    severity: 'medium',
    why: 'The container reads and writes shared memory of the host.',
    fix: 'Use ipc: shareable and ipc: service:NAME between the containers that share memory.',
    check: ({ hardening }) => (hardening.ipcMode === 'host' ? found('ipc: host') : passed),
  },
  {
    id: 'root-user',
    on: 'container',
    title: 'Runs as root',
    severity: 'low',
    why: 'A flaw in the program is a flaw with root rights inside the container.',
    fix: 'Set user: to an unprivileged user that owns the volumes.',
    check: ({ facts, role }) => {
      const user = facts.detail?.user;
      if (user === undefined || !isRoot(user)) return passed;
      return found(user === '' ? 'no user set: root' : `user: ${user}`, role === 'engine' ? 'medium' : undefined);
    },
  },
  {
    id: 'writable-root',
    on: 'container',
    title: 'Writable root file system',
    severity: 'low',
    why: 'A break-in can change the program; what it writes is lost when the container is recreated.',
    fix: 'Set read_only: true with tmpfs: /tmp, and volumes for what must be kept.',
    check: ({ hardening }) => (hardening.readonlyRoot ? passed : found('read_only is not set')),
  },
  {
    id: 'new-privileges',
    on: 'container',
    title: 'May gain privileges',
    severity: 'low',
    why: 'A setuid program inside the image can make an unprivileged process root.',
    fix: 'Set security_opt: [no-new-privileges:true].',
    check: ({ hardening }) =>
      hardening.securityOptions.some((option) => /^no-new-privileges(?!.*false)/.test(option))
        ? passed
        : found('no-new-privileges is not set'),
  },
  {
    id: 'unconfined',
    on: 'container',
    title: 'Confinement turned off',
    severity: 'high',
    why: 'Without seccomp or AppArmor the whole kernel interface is open to the container.',
    fix: 'Remove the unconfined option, or load a profile that allows just the missing call.',
    check: ({ hardening }) =>
      hardening.securityOptions.filter((option) => /[=:]unconfined$/.test(option)).flatMap((option) => found(option)),
  },
];

function addedCapabilities({ hardening, role }: Subject) {
  if (hardening.privileged) return passed;
  const added = hardening.addedCapabilities.filter((name) => !(role === 'engine' && LATENCY.has(name)));
  if (added.length === 0) return passed;
  return found(added.join(', '), added.some((name) => STRONG.has(name)) ? 'high' : undefined);
}
