/** What a stand-in is: one service of a compose file, played by a shell script in the busybox image. */

export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export type StandIn = {
  name: string;
  /** `container_name` of the compose file; without it the container is called project-name-number, as compose does. */
  containerName?: string;
  /** Shell script that plays the service. */
  script: string;
  /** Shell command that passes when the service is well. */
  health?: string;
  dependsOn?: Readonly<Record<string, Condition>>;
  restart?: 'no' | 'unless-stopped' | 'always' | 'on-failure';
  cpus?: number;
  memoryMiB?: number;
  shmMiB?: number;
  /** As in a compose file: host:container. */
  ports?: readonly string[];
  /** Volume name without the project's prefix, to path. */
  volumes?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  labels?: Readonly<Record<string, string>>;
  user?: string;
  replicas?: number;
  /** Belongs to no project: no compose labels. */
  loose?: boolean;
};

export type StackDefinition = {
  /** Compose project. */
  project: string;
  network: string;
  workingDir: string;
  configFile: string;
  services: readonly StandIn[];
};

/** The commands again and again, `seconds` apart; ends at once on SIGTERM. */
export function every(seconds: number, ...commands: string[]): string {
  return [
    'trap "exit 0" TERM INT',
    'n=0',
    'while :; do',
    '  n=$((n+1))',
    ...commands.map((command) => `  ${command}`),
    `  sleep ${seconds} & wait $!`,
    'done',
  ].join('\n');
}

/** A store that listens on its port and is well while /tmp/ready exists: a test takes the file away to make it unhealthy. */
export function store(port: number, greeting: string, chatter: string): string {
  return `serve ${port} &\necho '${greeting}'\ntouch /tmp/ready\n${every(5, chatter)}`;
}

export const STORE_HEALTH = 'test -f /tmp/ready';
