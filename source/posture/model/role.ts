import type { ContainerFacts } from '../../engine/facts.ts';
import { imageName } from '../../lib/image-name.ts';

/** What a container is for: it decides how much a finding matters. */
export type Role = 'engine' | 'database' | 'cache' | 'monitoring' | 'job' | 'other';

const ROLES: readonly string[] = ['engine', 'database', 'cache', 'monitoring', 'job', 'other'];

/** Image names (without registry and tag) of programs that keep data. */
const DATABASE =
  /(^|[/-])(postgres|postgresql|timescaledb|timescaledb-ha|postgis|mysql|mariadb|percona|mongo|mongodb|influxdb|clickhouse(-server)?|questdb|cassandra|cockroach|chroma|chromadb|elasticsearch|opensearch|minio|etcd)$/;
const CACHE = /(^|[/-])(redis|redis-stack(-server)?|valkey|keydb|dragonfly|memcached)$/;
const MONITORING =
  /(^|[/-])(prometheus|grafana|alertmanager|loki|node-exporter|cadvisor|jaeger|tempo|victoria-metrics|[a-z]+[-_]exporter)$/;

/**
 * The label `deskhand.role` decides, then the role of the settings, then the name of the image. The service name counts if the image says
 * nothing (a private registry often renames `postgres`).
 */
export function roleOf(facts: ContainerFacts, settings?: string, job = false): Role {
  const stated = facts.labels['deskhand.role'] ?? settings;
  if (stated !== undefined && ROLES.includes(stated)) return stated as Role;
  if (job) return 'job';
  const names = [imageName(facts.image), facts.labels['com.docker.compose.service'] ?? ''];
  for (const [role, pattern] of [
    ['database', DATABASE],
    ['cache', CACHE],
    ['monitoring', MONITORING],
  ] as const) {
    if (names.some((name) => pattern.test(name.toLowerCase()))) return role;
  }
  return 'other';
}
