import type { Procedure } from '../settings/maintenance.ts';
import type { Runbook } from '../settings/runbooks.ts';

/** The settings used by plans; the keys of `services` are names, `project/service` or globs with `*`. */
export type ActionSettings = {
  /** Used where neither a container nor its service's settings name a stop timeout; undefined: the engine's 10 s. */
  stopTimeoutSeconds?: number;
  /** How long a container without a health check is watched before it counts as running again. Default 10,000. */
  stableMs?: number;
  /** Shortest time to wait for an effect; longer if a health check needs longer. Default 60,000. */
  verifyMs?: number;
  services?: Readonly<Record<string, ServiceSettings>>;
  /** Named commands, those of the settings before those that are built in. */
  runbooks?: readonly Runbook[];
  /** Which archives of a volume are kept: so many, and so long (ms); the newest always is. */
  backups?: { keep?: number; maxAgeMs?: number };
  /** Guided procedures by name. */
  maintenance?: Readonly<Record<string, Procedure>>;
};

export type ServiceSettings = {
  /** Must never run twice (as the label deskhand.single). */
  single?: boolean;
  /** Raises the danger of every action on it by one (as the label deskhand.protected). */
  protected?: boolean;
  /** What it keeps in memory only, in words (as the label deskhand.memory). */
  memory?: string;
  /** Seconds it needs to stop. */
  stopTimeout?: number;
  /** Its role: posture findings are more severe for an engine or a database. */
  role?: string;
};
