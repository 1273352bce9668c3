import { isSecret, MASK, masked } from './name.ts';
import { looksRandom } from './random.ts';
import { maskTokens } from './tokens.ts';

/**
 * Secrets recognised by their position: in an address, after a name, in a header. Those recognised by their shape are in tokens.ts. Every
 * pattern is bounded in what it repeats: the text comes from containers and may be hostile.
 */

/** scheme://user:password@host; the password may hold an @. */
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@?#"']{0,255}:)[^\s/?#"']{1,1024}@/gi;
/** The same with a slash in the password, which is invalid but occurs; a port is not a password. */
const URL_SLASHED = /\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@?#"']{0,255}:)(?!\d{1,5}[/?#])[^\s@"'<>,]{1,1024}@/gi;
/** A token in place of the user: https://TOKEN@host. */
const URL_USER = /(?<=:\/\/)[\w-]{20,255}(?=@)/g;
/** The secret part of a webhook's address; logs also show the path apart from its host. */
const WEBHOOK =
  /(hooks\.slack\.com\/services\/|(?<![\w.])\/services\/T\w{6,12}\/B\w{6,12}\/|discord(?:app)?\.com\/api\/webhooks\/\d{1,30}\/|(?<![\w.])\/api\/webhooks\/\d{15,30}\/|api\.telegram\.org\/bot)[\w:/-]{1,255}/gi;
/** A bot's token in a path, with or without its host: /bot123:AA…/getMe. */
const BOT_PATH = /(\/(?:file\/)?bot)\d{5,20}:[\w-]{5,255}/g;
/** A step of an address's path. */
const STEP = /(?<=\/)[\w-]{20,512}(?=[/?#\s"'),;\]}>]|$)/g;
/** Segments that mark the following hex digits as a key rather than an id: https://mainnet.infura.io/v3/KEY, wss://host/ws/KEY. */
const KEY_STEP =
  /\/(?:v\d{1,2}|ws|wss|stream|rpc|hooks?|webhooks?|token|key|bot|api)\/$|(?:quiknode\.pro|infura\.io|alchemy\.com)\/$/i;
/** user:hash of an htpasswd file, as in basic-auth labels; a compose file doubles the dollars. */
const HTPASSWD = /(?<![\w.@-])([\w.@-]{1,64}:)(?:\${1,2}(?:apr1|2[abxy]|[156])\${1,2}|\{SHA\})[\w./$+=]{1,255}/g;
const AUTHORIZATION =
  /(authorization\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?:(?:basic|bearer|digest|token)\s{1,4})?)[^\s"',\\]{1,8192}/gi;
const COOKIE = /(\b(?:set-)?cookie:\s{0,4})(?=[\w.-]{1,100}=)[^\r\n"']{1,8192}/gi;
const BEARER = /\b(bearer\s{1,4})[\w.~+/=-]{8,8192}/gi;
const PASS_PHRASE = /\b(pass:)[^\s"']{1,255}/g;
/** name=value, name="value", "name": "value", also within JSON that is text in JSON; the name decides. */
const ASSIGNMENT =
  /(?<![\w.])([A-Za-z_][\w.-]{0,100})(\\?["']\s{0,4}(?::|=>?)\s{0,4}|=>?\s?)(\\"(?:[^"\\]|\\[^"]){0,8192}\\"|"[^"]{0,8192}"|'[^']{0,8192}'|(?!\\?["'])[^\s,;&"'}\])\\]{1,8192})/g;
/** name: value without quotes, as in YAML, headers and dumps of structures. */
const COLON = /(?<![\w.-])([A-Za-z_][\w-]{1,100})(:\s{0,4})([^\s,;&"'{}[\]()]{2,8192})/g;
/** "private key: x", "api secret is x", "seed phrase = x": names in words. */
const PHRASED =
  /\b((?:private|secret|api|access|signing|wallet|encryption|listen)[ -](?:key|secret|token)|(?:password|passphrase|token|secret))( is | ?[:=] ?| )(["']?)([\w+/=.!@#$%^&*-]{6,8192})/gi;
/** A mnemonic after a word that announces it. */
const MNEMONIC_NAMED =
  /\b((?:mnemonic|seed|recovery|backup|wallet)(?: phrase| words?)?["']?(?: is)?\s{0,2}[:=]?\s{0,2}["']?)((?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})\b/gi;
/** Query parameters that are secret although their names are generic. */
const QUERY = /([?&](?:key|sig|sign|signature|code)=)[^&#\s"']{8,8192}/gi;

/** A plain name, which such a parameter may also contain: orders-2026, BTCUSDT. */
const NAME = /^(?:[A-Za-z]+|(?=.*[a-z]{4})(?:[a-z]+|\d+)(?:[._-](?:[a-z]+|\d+))+)$/;

/** The text with every secret in it masked; the same text where there is none. */
export function maskText(text: string): string {
  if (text.length < 4) return text;
  let clean = maskTokens(text);
  for (const pattern of [WEBHOOK, BOT_PATH, HTPASSWD, BEARER, PASS_PHRASE, COOKIE, MNEMONIC_NAMED])
    clean = clean.replace(pattern, `$1${MASK}`);
  clean = clean.replace(QUERY, (whole, head: string) =>
    NAME.test(whole.slice(head.length)) ? whole : `${head}${MASK}`,
  );
  for (const pattern of [URL_PASSWORD, URL_SLASHED]) clean = clean.replace(pattern, `$1${MASK}@`);
  clean = clean.replace(URL_USER, (word) => (looksRandom(word) ? MASK : word));
  clean = clean.replace(STEP, (step, at: number, whole: string) =>
    isSecretStep(step, whole.slice(Math.max(0, at - ADDRESS), at)) ? MASK : step,
  );
  clean = clean.replace(AUTHORIZATION, (whole, head: string) => masked(whole.slice(head.length)) && `${head}${MASK}`);
  return maskNamed(clean);
}

/** A line inside a private key: base64, alone or after a prefix, a header, or nothing. */
export function isKeyLine(line: string): boolean {
  return /^\s*[A-Za-z0-9+/=]{1,80}\s*$|\s[A-Za-z0-9+/=]{16,80}$|^\s*$|^[A-Z][A-Za-z-]{2,20}: /.test(line);
}

/** Masks the lines of one text one after the other; a private key that spans several lines is masked whole. `mask`: of one line. */
export function lineMasker(mask = maskText): (line: string) => string {
  let within = false;
  return (line) => {
    const begins = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/.test(line);
    const ends = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/.test(line);
    const inner = within && !ends && isKeyLine(line);
    within = begins || inner;
    return inner ? MASK : mask(line);
  };
}

/** The lines of one text, each masked separately; a private key that spans several lines is masked as a whole. */
export function maskLines(lines: readonly string[], mask = maskText): string[] {
  return lines.map(lineMasker(mask));
}

function maskNamed(text: string): string {
  return text
    .replace(ASSIGNMENT, (whole, name: string, between: string, value: string) =>
      isSecret(name, value) ? `${name}${between}${masked(value)}` : whole,
    )
    .replace(COLON, (whole, name: string, between: string, value: string, at: number, all: string) =>
      isNamedInText(name, { between, value }, surroundings(all, at, whole.length))
        ? `${name}${between}${masked(value)}`
        : whole,
    )
    .replace(PHRASED, (whole, name: string, between: string, quote: string, value: string) =>
      hasDigit(value) && (between.trim() !== '' || looksRandom(value))
        ? `${name}${between}${quote}${masked(value)}`
        : whole,
    );
}

/** A segment after one of these is an id. */
const ID_STEP =
  /\/(?:tx|transactions?|address|accounts?|blocks?|mint|orders?|trades?|fills?|commits?|blobs?|images|layers|assets|static|chunks|media|d|issues|events|runs|jobs|builds|artifacts|objects?|files|users)\/$/;
/** How many characters before a segment are searched for the start of its address. */
const ADDRESS = 300;
/** Local paths: they hold temporary names, layer ids and digests, but no keys. */
const LOCAL =
  /^(?:\/{1,2}|file:\/{2,3}|unix:\/{2,3}|[A-Z]:\/|\.{1,2}\/|~\/|.{0,100}\/)?(?:tmp|var|etc|usr|opt|home|root|run|proc|sys|dev|mnt|media|lib|lib64|srv|boot|data|nix|snap|Users|private|workspace|overlay2|node_modules|site-packages|objects|blobs|commit|sha256)\//;
/** A base64 digest may contain slashes. */
const DIGEST = /^(?:sha-?\d{1,3}|md5|blake2b|blake3|crc32c?)[-:=]/i;
const HOST = /^[a-z][a-z0-9+.-]{0,30}:\/\/|^[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?::\d{1,5})?\//i;
/** Words before the path of a request. */
const REQUEST =
  /(?:\b(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|url|uri|endpoint|path|request|route|location|href|redirect))["']?\s{0,2}[:=]?\s{0,2}["']?$/i;

/** A random-looking segment is a key, unless it is all hex (an id, a hash) and nothing before it suggests a key. Local paths hold none. */
function isSecretStep(step: string, before: string): boolean {
  if (!looksRandom(step)) return false;
  const from = before.search(/[^\s"'`<>()[\]{},;|]*$/);
  const address = before.slice(from).replace(/^[\w.-]{1,60}=/, '');
  const isHost = HOST.test(address) && !/^(?:file|unix|npipe):/i.test(address);
  if (!isHost && (LOCAL.test(address) || DIGEST.test(address))) return false;
  if (KEY_STEP.test(before)) return true;
  if (!isHost && !(address.startsWith('/') && REQUEST.test(before.slice(0, from)))) return false;
  return !ID_STEP.test(before) && /[g-z]/i.test(step.replace(/^0x|^sha\d{1,3}-/, ''));
}

/**
 * A name of several words (api_key, X-Api-Key, APIKey) is not prose; a single word may be ("token: expired"), unless it is alone on its
 * line or its value does not look like prose.
 */
function isNamedInText(
  name: string,
  { between, value }: { between: string; value: string },
  { alone, inStructure, inProse }: Surroundings,
): boolean {
  if (value.startsWith('//') || !isSecret(name, value)) return false;
  if (inProse && SPEAKER.test(name) && /^[A-Za-z]+$/.test(value)) return false;
  if (alone || looksRandom(value)) return true;
  const several = /[A-Za-z][A-Z].*[a-z]|[a-z][A-Z]/.test(name);
  // Without a blank it may be a package with its architecture, `python3-jwt:all`; in a structure it is a field.
  if (between === ':') return several || (inStructure && (name.includes('_') || hasDigit(value)));
  return several || /[_-]/.test(name);
}

/** How many characters before a match are examined. */
const BEFORE = 500;

/** These end the names of secrets, but also of loggers: `lib-auth: refreshed all sessions`. */
const SPEAKER = /(?:auth|jwt|otp|cookies?)$/i;

/** Whether a match is the whole line (YAML, a header), is in braces, or has the first word of a sentence as its value. */
type Surroundings = { alone: boolean; inStructure: boolean; inProse: boolean };

function surroundings(text: string, at: number, length: number): Surroundings {
  const before = text.slice(Math.max(0, at - BEFORE), at);
  const behind = text.slice(at + length, at + length + BEFORE);
  return {
    alone: /(?:^|\n)[ \t-]*$/.test(before) && /^[ \t]*(?:\n|$)/.test(behind),
    inStructure: before.includes('{'),
    inProse: /^ [a-z\d-]/i.test(behind),
  };
}

function hasDigit(text: string): boolean {
  return /\d/.test(text);
}
