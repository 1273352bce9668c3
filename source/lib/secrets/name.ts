/** What stands for a secret: always the same length, so that not even that is told. */
export const MASK = '********';

/**
 * Which names (of variables, flags, labels, JSON keys) announce a secret. A name is taken apart into words, so that KEYBOARD_LAYOUT,
 * MONKEY_MODE and TOKENIZERS_PARALLELISM stay readable while PGPASSWORD, dbPassword and --api-key do not.
 */

/** Say it wherever they stand in the name, also at the end of a longer word: PGPASSWORD, githubToken. */
const SECRET =
  /(password|passwd|passphrase|passcode|secret|credentials?|token|apikey|secretkey|privatekey|accesskey|pepper|mnemonic)$/;
/** Say it at the end of a name only: SMTP_PASS, REDISCLI_AUTH, but not AUTH_METHOD. */
const SECRET_AT_END = new Set([
  'auth',
  'authorization',
  'jwt',
  'masterauth',
  'otp',
  'pass',
  'pat',
  'pwd',
  'requirepass',
  'salt',
]);
/** Before a final KEY they make it a secret one; PUBLIC_KEY, GPG_KEY (a fingerprint), SORT_KEY and CACHE_KEY are none. */
const KEY_OF = new Set(
  'access account admin aes api app auth bot broker client consumer cookie crypto encryption fernet hmac jwt license master private rsa secret service session shared signing storage webhook'.split(
    ' ',
  ),
);
/** End names that speak about a secret without telling it: PASSWORD_FILE, TOKEN_TTL_SECONDS, SECRET_NAME. */
const ABOUT = new Set(
  'algorithm attempts audience count days dir directory enabled encoding endpoint expiration expire expires expiry field file format header hours id issuer length limit max method min minutes mode name path policy prefix provider required rotation seconds size sock spec stdin timeout ttl type uri url version'.split(
    ' ',
  ),
);
/** The shell's working directory, and nginx's forwarding. */
const NOT = /^(old)?pwd$|proxy.?pass$/i;

export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined || words[0] === 'no' || NOT.test(name) || ABOUT.has(last)) return false;
  if (SECRET_AT_END.has(last) || words.some((word) => SECRET.test(word))) return true;
  const key = words.findIndex((word, at) => /^keys?$/.test(word) && KEY_OF.has(words[at - 1] ?? ''));
  return key > 0;
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
}

/** A value that gives nothing away: empty, a switch, or a reference such as $NAME, ${NAME}, $(cat /run/secrets/name). */
export function isHarmless(value: string): boolean {
  return (
    /^(|\*+|true|false|yes|no|on|off|none|null|enabled|disabled|required|optional|0|1)$/i.test(value) ||
    /^\$([A-Za-z_]\w*|\{[A-Za-z_]\w*(:?\?[^}]*)?\}|\([^)]*\))$/.test(value)
  );
}

/** The mask, unless there is nothing to hide; quotes around the value stay. */
export function masked(value: string): string {
  const [, quote = '', inner = value] = /^(["'])(.*)\1$/s.exec(value) ?? [];
  return isHarmless(inner) ? value : `${quote}${MASK}${quote}`;
}
