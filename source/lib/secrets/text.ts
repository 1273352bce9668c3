import { isSecretName, MASK, masked } from './name.ts';

/**
 * Secrets that show by their own shape, wherever they stand. Every pattern is bounded in what it repeats: the text comes from
 * containers and may be hostile.
 */

/** Shapes of issued tokens: AWS, GitHub, GitLab, Slack, Stripe, OpenAI and Anthropic, Google, npm, PyPI, Vault, Docker, SendGrid, Hugging Face, Telegram, Swarm. */
const TOKENS = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[opsur]_\w{20,255}/g,
  /\bgithub_pat_\w{20,255}/g,
  /\bglpat-[\w-]{20,255}/g,
  /\bxox[abeprs]-[\w-]{10,255}/g,
  /\b[rs]k_(?:live|test)_\w{10,255}/g,
  /\bsk-[\w-]{20,255}/g,
  /\bAIza[\w-]{35}/g,
  /\bnpm_\w{36}/g,
  /\bpypi-[\w-]{20,255}/g,
  /\bhv[bs]\.[\w-]{20,255}/g,
  /\bdckr_pat_[\w-]{20,255}/g,
  /\bSG\.[\w-]{16,64}\.[\w-]{16,64}/g,
  /\bhf_[A-Za-z]{30,64}/g,
  /\b\d{8,10}:[\w-]{35}(?![\w-])/g,
  /\bSWMTKN-1-[a-z0-9-]{50,100}/g,
  // A JSON web token: header and payload start as base64 of {".
  /\beyJ[\w-]{8,8192}\.[\w-]{8,8192}\.[\w-]{0,8192}/g,
];

const PRIVATE_KEY =
  /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----)[\s\S]*?(?:(-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)|$)/g;
/** scheme://user:password@host; the password may hold an @. */
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@?#"']{0,255}:)[^\s/?#"']{1,1024}@/gi;
/** The same with a slash in the password, which is not allowed but done; what looks like a port is none. */
const URL_SLASHED = /\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@?#"']{0,255}:)(?!\d{1,5}[/?#])[^\s@"'<>,]{1,1024}@/gi;
/** The part of a webhook's address that lets one in. */
const WEBHOOK =
  /(hooks\.slack\.com\/services\/|discord(?:app)?\.com\/api\/webhooks\/\d{1,30}\/|api\.telegram\.org\/bot)[\w:/-]{1,255}/gi;
/** user:hash of an htpasswd file, as in basic-auth labels; a compose file doubles the dollars. */
const HTPASSWD = /(?<![\w.@-])([\w.@-]{1,64}:)(?:\${1,2}(?:apr1|2[abxy]|[156])\${1,2}|\{SHA\})[\w./$+=]{1,255}/g;
const AUTHORIZATION =
  /(authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:(?:basic|bearer|digest|token)\s{1,4})?)[^\s"',]{1,8192}/gi;
const BEARER = /\b(bearer\s{1,4})[\w.~+/=-]{8,8192}/gi;
const PASS_PHRASE = /\b(pass:)[^\s"']{1,255}/g;
/** name=value, name="value", "name": "value"; the name decides. */
const ASSIGNMENT =
  /(?<![\w.])([A-Za-z_][\w.-]{0,100})((?:=|["']\s{0,4}[:=]\s{0,4}))("[^"]{0,8192}"|'[^']{0,8192}'|[^\s,;&"'}]{1,8192})/g;
/** Parameters of an address that are secret there, though such a word alone says little. */
const QUERY = /([?&](?:key|sig|signature|code)=)[^&#\s"']{8,8192}/gi;

/** The text with every secret in it masked; the same text where there is none. */
export function maskText(text: string): string {
  if (text.length < 4) return text;
  let clean = text.replace(PRIVATE_KEY, (_, begin: string, end = '') => `${begin} ${MASK} ${end}`.trimEnd());
  for (const pattern of [WEBHOOK, HTPASSWD, BEARER, PASS_PHRASE, QUERY]) clean = clean.replace(pattern, `$1${MASK}`);
  for (const pattern of [URL_PASSWORD, URL_SLASHED]) clean = clean.replace(pattern, `$1${MASK}@`);
  clean = clean.replace(AUTHORIZATION, (whole, head: string) => masked(whole.slice(head.length)) && `${head}${MASK}`);
  for (const pattern of TOKENS) clean = clean.replace(pattern, MASK);
  return clean.replace(ASSIGNMENT, (whole, name: string, between: string, value: string) =>
    isSecretName(name) ? `${name}${between}${masked(value)}` : whole,
  );
}
