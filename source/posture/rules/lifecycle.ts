import { age } from '../../lib/format.ts';
import { imageName } from '../../lib/image-name.ts';
import { found, type Observation, type PostureInput, passed, type Rule, type Subject, unknown } from '../model/rule.ts';

/** Start, stop, health, logs, images and backups. */

/** Docker sends SIGKILL after this many seconds by default. */
const DEFAULT_STOP_SECONDS = 10;
/** Databases and caches without a restart policy stay down after a reboot or an out-of-memory kill. */
const KEEPS_DATA = new Set(['database', 'cache']);
/** Drivers that keep files on this host and grow without an option of their own; `local` rotates by default. */
const UNBOUNDED = new Set(['json-file', '']);
const BACKUP_AGE_MS = 25 * 3_600_000;

/** Programs that need longer than the default to stop, from their own documentation. */
const NEEDS_SECONDS: readonly { command: RegExp; seconds: number; option?: RegExp; who: string }[] = [
  {
    command: /\bgunicorn\b/,
    seconds: 30,
    option: /--graceful-timeout[= ](\d{1,5})/,
    who: 'gunicorn finishes requests for',
  },
  { command: /\bcelery\b.*\bworker\b/, seconds: 60, who: 'celery finishes its tasks for up to' },
];

export const lifecycle: readonly Rule[] = [
  {
    id: 'no-health-check',
    on: 'container',
    title: 'No health check',
    severity: 'low',
    why: 'A program that hangs looks the same as one that works.',
    fix: 'Add a healthcheck that fails when the program cannot do its work.',
    check: ({ facts, job, role }) => {
      if (job || !facts.detail || facts.detail.healthCheck) return passed;
      return found('none', role === 'engine' || KEEPS_DATA.has(role) ? 'medium' : undefined);
    },
  },
  {
    id: 'restart-policy',
    on: 'container',
    title: 'No suitable restart policy',
    severity: 'medium',
    why: 'The service stays down after a crash, an out-of-memory kill or a reboot of the host.',
    fix: 'Set restart: unless-stopped (jobs: on-failure or no).',
    check: restartPolicy,
  },
  {
    id: 'stop-timeout',
    on: 'container',
    title: 'Killed before it can stop',
    severity: 'medium',
    why: 'The engine kills the program while it is still writing or finishing requests.',
    fix: 'Set stop_grace_period to what the program needs.',
    check: stopTimeout,
  },
  {
    id: 'log-size',
    on: 'container',
    title: 'Log without a size limit',
    severity: 'medium',
    why: 'A chatty program fills the disk of the host, which stops every service on it.',
    fix: 'Set logging.options.max-size and max-file, or the local driver.',
    check: ({ facts: { detail } }) => {
      if (!detail || !UNBOUNDED.has(detail.logDriver) || detail.logOptions['max-size']) return passed;
      return found(`${detail.logDriver || 'json-file'} without max-size`);
    },
  },
  {
    id: 'latest-tag',
    on: 'container',
    title: 'Image without a fixed version',
    severity: 'low',
    why: 'The next pull may change the program unnoticed, and there is no version to roll back to.',
    fix: 'Name a version, or a digest.',
    check: ({ facts: { image }, role }) => {
      if (image.includes('@') || /^(sha256:)?[0-9a-f]{12,64}$/.test(image)) return passed;
      const tag = image.slice(image.indexOf(imageName(image)) + imageName(image).length).replace(/^:/, '');
      if (tag !== '' && tag !== 'latest') return passed;
      return found(
        tag === '' ? `${image} (no tag: latest)` : image,
        role === 'engine' || role === 'database' ? 'medium' : undefined,
      );
    },
  },
  {
    id: 'backup-age',
    on: 'container',
    title: 'No recent backup',
    severity: 'medium',
    why: 'What was written since the last backup is lost with the volume.',
    fix: 'Back the volume up: deskhand run backup VOLUME --to DIRECTORY.',
    check: backupAge,
  },
];

function restartPolicy({ facts, job, role }: Subject): readonly Observation[] {
  const policy = facts.detail?.restartPolicy;
  if (!policy) return passed;
  if (job)
    return policy.name === 'always' || policy.name === 'unless-stopped'
      ? found(`a job with ${policy.name}`, 'low')
      : passed;
  if (policy.name === 'no') return found('restart: no', KEEPS_DATA.has(role) || role === 'engine' ? 'high' : undefined);
  if (policy.name === 'on-failure' && KEEPS_DATA.has(role))
    return found('restart: on-failure does not start it after a reboot', 'low');
  return passed;
}

function stopTimeout({ facts, stopTimeout: wanted }: Subject): readonly Observation[] {
  const { detail } = facts;
  if (!detail) return passed;
  const given = detail.stopTimeoutSeconds ?? DEFAULT_STOP_SECONDS;
  const words = [...detail.entrypoint, ...detail.command].join(' ');
  const needs = NEEDS_SECONDS.find(({ command }) => command.test(words));
  const needed = wanted ?? (needs && Number(needs.option?.exec(words)?.[1] ?? needs.seconds));
  if (needed === undefined || given >= needed) return passed;
  const who = wanted === undefined ? needs?.who : 'the settings give it';
  return found(`${given}s, but ${who} ${needed}s`);
}

function backupAge({ facts, role }: Subject, { backups, now }: PostureInput): readonly Observation[] {
  if (role !== 'database') return passed;
  const volumes = facts.mounts
    .filter(({ type, writable }) => type === 'volume' && writable)
    .flatMap(({ name }) => name ?? []);
  if (volumes.length === 0) return passed;
  if (!backups) return unknown('no backup directory is configured');
  return volumes.flatMap((volume) => {
    const at = backups.get(volume);
    if (at === undefined) return found(`${volume}: never`, 'high');
    return now - at > BACKUP_AGE_MS ? found(`${volume}: ${age(now - at)} ago`) : passed;
  });
}
