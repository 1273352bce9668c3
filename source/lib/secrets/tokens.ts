import { wordlist } from '@scure/bip39/wordlists/english.js';
import { MASK } from './name.ts';

/**
 * Secrets recognised by their own shape, anywhere: keys in PEM, issued tokens, keys and words of wallets. Every pattern
 * is bounded in what it repeats.
 */

const PRIVATE_KEY =
  /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----)[\s\S]*?(?:(-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)|$)/g;

/**
 * AWS, GitHub, GitLab, Slack, Stripe, OpenAI and Anthropic, Google, npm, PyPI, Vault, Docker, SendGrid, Hugging Face, Telegram,
 * Discord, Grafana, DigitalOcean, Shopify, Atlassian, New Relic, Databricks, Swarm.
 */
const TOKENS = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[opsur]_\w{20,255}/g,
  /\bgithub_pat_\w{20,255}/g,
  /\bglpat-[\w-]{20,255}/g,
  /\bxox[abeprs]-[\w-]{10,255}/g,
  /\bxapp-[\w-]{10,255}/g,
  /\b(?:[rs]k_(?:live|test)|whsec)_\w{10,255}/g,
  /\bsk-[\w-]{20,255}/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,512}/g,
  /\bGOCSPX-[\w-]{20,64}/g,
  /\bnpm_\w{36}/g,
  /\bpypi-[\w-]{20,255}/g,
  /\bhv[bs]\.[\w-]{20,255}/g,
  /\bdckr_pat_[\w-]{20,255}/g,
  /\bSG\.[\w-]{16,64}\.[\w-]{16,64}/g,
  /\bhf_[A-Za-z]{30,64}/g,
  /\b(?:dop|doo|dor)_v1_[a-f0-9]{40,80}/g,
  /\bgl(?:sa|c)_[\w=+/-]{20,255}/g,
  /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{20,64}/g,
  /\bATATT3[\w=-]{20,255}/g,
  /\bNRAK-[A-Z0-9]{20,40}/g,
  /\bdapi[a-f0-9]{32}\b/g,
  /(?<!\d)\d{8,10}:[\w-]{35}(?![\w-])/g,
  /\b[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,40}/g,
  /\bSWMTKN-1-[a-z0-9-]{50,100}/g,
];

/** Words joined by dots; a JSON web token among them starts as base64 of {". */
const DOTTED = /(?<![\w-])[\w-]{11,}(?:\.[\w-]*)+/g;

/** Bitcoin's WIF, extended keys of BIP 32, age, Nostr, and a key pair of Solana as a list of bytes. */
const KEYS = [
  /\b[5KL][1-9A-HJ-NP-Za-km-z]{50,51}\b/g,
  /\b[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{100,112}\b/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{50,60}\b/g,
  /\bnsec1[a-z0-9]{50,60}\b/g,
  /\[(?:\s{0,2}\d{1,3},){63}\s{0,2}\d{1,3}\s{0,2}\]/g,
];

/** Twelve words or more, which may include those of a wallet. */
const WORDS = /\b(?:[a-z]{3,8} ){11,200}[a-z]{3,8}\b/g;
const BIP39: ReadonlySet<string> = new Set(wordlist);

/** The text with all secrets recognised by shape masked. */
export function maskTokens(text: string): string {
  let clean = text.replace(PRIVATE_KEY, (_, begin: string, end = '') => `${begin} ${MASK} ${end}`.trimEnd());
  for (const pattern of TOKENS) clean = clean.replace(pattern, MASK);
  if (clean.includes('eyJ')) clean = clean.replace(DOTTED, withoutWebToken);
  for (const pattern of KEYS) clean = clean.replace(pattern, MASK);
  return clean.replace(WORDS, withoutMnemonic);
}

/** Masks from where the header of a token starts: header.payload.signature. */
function withoutWebToken(words: string): string {
  const parts = words.split('.');
  for (let i = 0; i + 2 < parts.length; i += 1) {
    const [header = '', payload = ''] = parts.slice(i, i + 2);
    const at = header.search(/\beyJ/);
    if (at < 0 || header.length - at < 11 || payload.length < 8) continue;
    const before = parts.slice(0, i).map((part) => `${part}.`);
    return `${before.join('')}${header.slice(0, at)}${MASK}`;
  }
  return words;
}

/** Masks twelve or more BIP 39 words in a row, unless they are the same few again and again. */
function withoutMnemonic(text: string): string {
  const kept: string[] = [];
  let run: string[] = [];
  const end = () => {
    kept.push(...(run.length >= 12 && new Set(run).size > run.length / 2 ? [MASK] : run));
    run = [];
  };
  for (const word of text.split(' ')) {
    if (BIP39.has(word)) {
      run.push(word);
      continue;
    }
    end();
    kept.push(word);
  }
  end();
  return kept.join(' ');
}
