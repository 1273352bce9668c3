import type { ContainerFacts, Hardening } from '../../engine/facts.ts';
import type { Role } from './role.ts';

/**
 * Posture: whether containers and their host are set up as a trading host should be, judged from inspects and files of the
 * kernel alone. Nothing is guessed: facts that cannot be read are `unknown`, never a pass.
 */

export type Severity = 'high' | 'medium' | 'low';

/** From worst to mildest. */
export const SEVERITIES: readonly Severity[] = ['high', 'medium', 'low'];

/** One container as the rules see it. */
export type Subject = {
  facts: ContainerFacts;
  hardening: Hardening;
  role: Role;
  /** Compose service as `project/service`, else the container's name. */
  name: string;
  /** A one-shot job: it needs no health check and no restart policy. */
  job: boolean;
  /** Seconds its program needs to stop, from the settings. */
  stopTimeout?: number;
};

/** The host that the containers run on; a field that cannot be read is undefined. */
export type HostFacts = {
  /** Bytes, and CPUs, as the engine counts them. */
  memory?: number;
  cpus?: number;
  /** Only where the engine runs on this machine. */
  local?: LocalHost;
};

/** Read from /proc and /sys of this machine. */
export type LocalHost = {
  /** The kernel's clock is synchronised (adjtimex); undefined if that cannot be read. */
  clockSynchronised?: boolean;
  /** Share of blocks and inodes free on the file system of Docker's data, 0 to 1. */
  diskFree?: number;
  inodesFree?: number;
  /** Share of the last minute in which some task waited, 0 to 100, from /proc/pressure. */
  pressure?: { cpu?: number; memory?: number; io?: number };
  /** Transparent huge pages: always, madvise or never. */
  hugePages?: string;
  /** CPUs the scheduler leaves alone, as `2-3`; empty: none. */
  isolatedCpus?: string;
  governors?: readonly string[];
  swappiness?: number;
};

/** Everything the rules look at. */
export type PostureInput = {
  subjects: readonly Subject[];
  host: HostFacts;
  now: number;
  /** Time of the newest backup of each volume (ms); undefined where no backup directory is known. */
  backups?: ReadonlyMap<string, number>;
};

/** What a rule found: `found` is the value in words (never a secret), `fix` the next step. */
export type Observation = { found: string; severity?: Severity; state?: 'unknown'; detail?: string };

export type Rule = {
  /** Stable, such as `no-memory-limit`: baselines and SARIF name it. */
  id: string;
  title: string;
  severity: Severity;
  /** What can happen, in one sentence. */
  why: string;
  /** What to change, in one sentence. */
  fix: string;
} & (
  | { on: 'container'; check(subject: Subject, input: PostureInput): readonly Observation[] }
  | { on: 'host'; check(input: PostureInput): readonly Observation[] }
);

export type Finding = {
  rule: string;
  title: string;
  severity: Severity;
  /** `unknown`: the rule could not be checked. */
  state: 'found' | 'unknown';
  /** Container or compose service, or `host`. */
  subject: string;
  /** Of the container. */
  role?: Role;
  container?: string;
  project?: string;
  found: string;
  why: string;
  fix: string;
};

export const found = (text: string, severity?: Severity): readonly Observation[] => [{ found: text, severity }];
export const unknown = (text: string): readonly Observation[] => [{ found: text, state: 'unknown' }];
export const passed: readonly Observation[] = [];
