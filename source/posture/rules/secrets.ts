import { isSecretName } from '../../lib/secrets.ts';
import { found, type Observation, passed, type Rule, type Subject } from '../model/rule.ts';

/** Passwords that anyone would try, and secrets visible in an inspect. A finding never quotes a value. */

/** Common default passwords; compared without case. */
const WELL_KNOWN = new Set(
  '123456 12345678 123456789 1234 admin adminadmin changeit changeme change_me default demo example grafana guest letmein minio minioadmin mongo mysql pass passw0rd password password1 postgres postgresql prom-operator qwerty rabbitmq redis root s3cr3t secret supersecret test timescale timescaledb toor trading user welcome your-secret-key your_password yourpassword'.split(
    ' ',
  ),
);
const LEAST_LENGTH = 8;
/** Ends of names whose values are passwords that people choose, rather than keys that a machine makes. */
const PASSWORD = /(pass(word|wd|code|phrase)?|pwd|requirepass|secret)$/i;
/** A reference is not a value. */
const REFERENCE = /^(\$|\/run\/secrets\/|file:|vault:|op:\/\/|arn:)/;
const URL_USER = /\b[a-z][a-z0-9+.-]{0,30}:\/\/([^\s/:@?#"']{0,255}):([^\s/?#"']{1,1024})@/gi;

/** Switches of images that turn authentication off. */
const NO_PASSWORD: readonly [name: RegExp, value: RegExp, what: string][] = [
  [/^POSTGRES_HOST_AUTH_METHOD$/, /^trust$/i, 'PostgreSQL trusts every connection'],
  [/^(MYSQL|MARIADB)_ALLOW_EMPTY_(ROOT_)?PASSWORD$/, /^(1|yes|true)$/i, 'empty root password allowed'],
  [/^ALLOW_EMPTY_PASSWORD$/, /^(1|yes|true)$/i, 'empty password allowed'],
  [/^GF_AUTH_ANONYMOUS_ENABLED$/, /^true$/i, 'Grafana lets anonymous users in'],
  [/^(DISABLE_SECURITY_PLUGIN|xpack\.security\.enabled)$/, /^(true|false)$/i, 'authentication is turned off'],
];

type Entry = { name: string; value: string };

function entries({ facts }: Subject): readonly Entry[] {
  return (facts.detail?.env ?? []).map((entry) => {
    const at = entry.indexOf('=');
    return at < 0 ? { name: entry, value: '' } : { name: entry.slice(0, at), value: entry.slice(at + 1) };
  });
}

/** Why a password is weak; undefined when it is not known to be. */
function weakness(value: string, others: readonly string[]): string | undefined {
  if (value === '') return 'is empty';
  const lower = value.toLowerCase();
  if (WELL_KNOWN.has(lower)) return 'is a well-known default';
  if (others.some((name) => name.length > 2 && name.toLowerCase() === lower)) return 'equals a name';
  return value.length < LEAST_LENGTH ? `is shorter than ${LEAST_LENGTH} characters` : undefined;
}

/** Passwords in addresses, anywhere in a text: the user, and the password. */
function urlPasswords(text: string): { user: string; password: string }[] {
  return [...text.matchAll(URL_USER)].map(([, user = '', password = '']) => ({ user, password }));
}

function weakPasswords(subject: Subject): readonly Observation[] {
  const { facts } = subject;
  const all = entries(subject);
  const users = all.filter(({ name }) => /(user|username|db|database)$/i.test(name)).map(({ value }) => value);
  const names = [...users, facts.name, ...subject.name.split('/'), facts.labels['com.docker.compose.project'] ?? ''];
  const inEnv = all.flatMap(({ name, value }) => {
    if (!PASSWORD.test(name) || !isSecretName(name) || REFERENCE.test(value)) return passed;
    const why = weakness(value, names);
    return why === undefined ? passed : found(`${name} ${why}`);
  });
  const texts = [
    ...all.map(({ name, value }) => ({ where: name, value })),
    { where: 'the command', value: facts.command },
  ];
  const inUrls = texts.flatMap(({ where, value }) =>
    urlPasswords(value).flatMap(({ user, password }) => {
      const why = REFERENCE.test(password) ? undefined : weakness(password, [...names, user]);
      return why === undefined ? passed : found(`the password in the URL of ${where} ${why}`);
    }),
  );
  return [...inEnv, ...inUrls];
}

function readableSecrets(subject: Subject): readonly Observation[] {
  const named = entries(subject).filter(
    ({ name, value }) =>
      value !== '' && !REFERENCE.test(value) && (isSecretName(name) || urlPasswords(value).length > 0),
  );
  return named.length === 0 ? passed : found(named.map(({ name }) => name).join(', '));
}

export const secrets: readonly Rule[] = [
  {
    id: 'weak-password',
    on: 'container',
    title: 'Default or weak password',
    severity: 'high',
    why: 'It is the first thing that somebody on the network tries.',
    fix: 'Generate a password and pass it as a secret (file), not in the compose file.',
    check: weakPasswords,
  },
  {
    id: 'no-password',
    on: 'container',
    title: 'Authentication turned off',
    severity: 'high',
    why: 'Anyone who reaches the port can read and change the data.',
    fix: 'Turn authentication on, and set a generated password.',
    check: (subject) =>
      entries(subject).flatMap(({ name, value }) =>
        NO_PASSWORD.filter(([wanted, off]) => wanted.test(name) && off.test(value) && !isOpposite(name, value)).flatMap(
          ([, , what]) => found(`${what} (${name})`),
        ),
      ),
  },
  {
    id: 'secret-in-env',
    on: 'container',
    title: 'Secrets in environment variables',
    severity: 'low',
    why: 'Anyone who may inspect the container reads them, and they end up in dumps and crash reports.',
    fix: 'Use compose secrets (files under /run/secrets) and the _FILE variables of the image.',
    check: readableSecrets,
  },
];

/** DISABLE_…=false and …enabled=true turn authentication on. */
function isOpposite(name: string, value: string): boolean {
  return /^DISABLE/.test(name) ? /^false$/i.test(value) : /security\.enabled$/.test(name) && /^true$/i.test(value);
}
