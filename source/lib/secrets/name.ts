import { looksRandom } from './random.ts';
import { TRADING_NAMES } from './trading-names.ts';

/** Replaces a secret; always the same length, so that the secret's length is not revealed. */
export const MASK = '********';

/**
 * Which names (of variables, flags, labels, JSON keys) mean a secret. A name is split into words, so that KEYBOARD_LAYOUT,
 * MONKEY_MODE and TOKENIZERS_PARALLELISM stay readable while PGPASSWORD, dbPassword and --api-key do not.
 */

/** Mean a secret anywhere in the name, also at the end of a longer word: PGPASSWORD, githubToken. */
const SECRET =
  /(password|passwd|passphrase|passcode|secret|credentials?|token|apikey|secretkey|privatekey|privkey|accesskey|listenkey|pepper|mnemonic|keypair|xprv)$/;
/** Mean a secret only at the end of a name: SMTP_PASS, REDISCLI_AUTH, but not AUTH_METHOD. */
const SECRET_AT_END = new Set(
  'auth authorization cookie jwt masterauth mpin otp pass pat pwd requirepass salt totp wif'.split(' '),
);
/** Make a final KEY a secret; PUBLIC_KEY, GPG_KEY (a fingerprint), SORT_KEY and CACHE_KEY are not. */
const KEY_OF = new Set(
  'access account admin aes agent api app auth bot broker client consumer cookie crypto deployer encryption exchange feed fernet hmac hot jwt license listen master operator owner priv private rsa secret service session shared signer signing storage stream totp trading validator wallet webhook'.split(
    ' ',
  ),
);
/** Make a final SEED, PK or PIN the secret of a wallet or an account; RANDOM_SEED and LED_PIN are not. */
const OWNER = new Set(
  'account agent bot broker deployer hd hot keeper key login main master mnemonic operator owner private recovery secret signer trader trading user validator wallet'.split(
    ' ',
  ),
);
/** Words before PHRASE or WORDS: SEED_PHRASE, recoveryPhrase. */
const PHRASE_OF = new Set('backup mnemonic recovery secret seed wallet'.split(' '));
/** End names that describe a secret without revealing it: PASSWORD_FILE, TOKEN_TTL_SECONDS, SECRET_NAME. */
const ABOUT = new Set(
  'algorithm attempts audience count days dir directory enabled encoding endpoint expiration expire expires expiry field file format header hours id issuer length limit max method min minutes mode name path policy prefix provider required rotation seconds size sock spec stdin timeout ttl type uri url version'.split(
    ' ',
  ),
);
/** The shell's working directory, and nginx's forwarding. */
const NOT = /^(old)?pwd$|proxy.?pass$/i;
/** Keys that are never secret, despite their names. */
const OPEN_KEY_OF = new Set(
  'public pub gpg pgp sort cache primary foreign partition routing row object host group ssh deploy idempotency index hash shard unique'.split(
    ' ',
  ),
);

/** Whether the name alone shows that its value is a secret. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined || words[0] === 'no' || NOT.test(name)) return false;
  if (last === 'id') return /\bapi key id$/.test(words.join(' '));
  if (ABOUT.has(last)) return false;
  if (SECRET_AT_END.has(last) || words.some((word) => SECRET.test(word))) return true;
  return isKey(words) || isWalletSecret(last, words.at(-2) ?? '');
}

function isKey(words: readonly string[]): boolean {
  // COINBASE_CDP_KEY: belongs to an exchange, whatever is in between.
  const ofExchange = TRADING_NAMES.has(words[0] ?? '') && words.at(-1) === 'key';
  if (ofExchange && words.length > 2 && !OPEN_KEY_OF.has(words.at(-2) ?? '')) return true;
  return words.some((word, at) => {
    const before = words[at - 1] ?? '';
    return /^keys?$/.test(word) && at > 0 && (KEY_OF.has(before) || TRADING_NAMES.has(before));
  });
}

function isWalletSecret(last: string, before: string): boolean {
  if (last === 'phrase' || last === 'words') return PHRASE_OF.has(before);
  return (last === 'seed' || last === 'pk' || last === 'pin') && (OWNER.has(before) || TRADING_NAMES.has(before));
}

/**
 * Whether a value is a secret by its name, or by a name that may mean one (any other KEY, SEED, PK, SIGNATURE) together with a
 * value that looks issued or generated.
 */
export function isSecret(name: string, value: string): boolean {
  if (isSecretName(name)) return true;
  const words = wordsOf(name);
  const before = words.at(-2) ?? '';
  switch (words.at(-1)) {
    case 'key':
      return !OPEN_KEY_OF.has(before) && looksRandom(value);
    case 'signature':
    case 'sign':
    case 'sig':
    case 'hmac':
    case 'sessionid':
      return looksRandom(value);
    case 'seed':
    case 'pk':
      return looksRandom(value) || /^["']?(?:[a-z]{3,8}[ ,]){11,23}[a-z]{3,8}["']?$/.test(value);
    default:
      return false;
  }
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
}

/** A value that reveals nothing: empty, a switch, or a reference such as $NAME, ${NAME}, $(cat /run/secrets/name). */
export function isHarmless(value: string): boolean {
  return (
    /^(|\*+|true|false|yes|no|on|off|none|null|nil|undefined|enabled|disabled|required|optional|0|1)$/i.test(value) ||
    /^\$([A-Za-z_]\w*|\{[A-Za-z_]\w*(:?\?[^}]*)?\}|\([^)]*\))$/.test(value)
  );
}

/** The mask, unless there is nothing to hide; quotes around the value stay. */
export function masked(value: string): string {
  const [, quote = '', inner = value] = /^(\\?["'])(.*)\1$/s.exec(value) ?? [];
  return isHarmless(inner) ? value : `${quote}${MASK}${quote}`;
}
