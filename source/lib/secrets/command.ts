import { quotedParts, shellWords } from '../shell/words.ts';
import { isHarmless, isSecretName, MASK, masked } from './name.ts';
import { maskText } from './text.ts';

/**
 * Secrets in the arguments of commands: --password x, and the short forms of programs known to have them. `-p x` of any other program is a
 * port, a path or a project, and stays.
 */

/** Short options whose next word is the secret. */
const NEXT_WORD: Readonly<Record<string, string>> = {
  'redis-cli': '-a',
  'redis-benchmark': '-a',
  mongo: '-p',
  mongosh: '-p',
  mongodump: '-p',
  mongorestore: '-p',
  sshpass: '-p',
  sqlcmd: '-P',
  ldapsearch: '-w',
  zip: '-P',
  unzip: '-P',
  login: '-p',
  openssl: '-k',
};
/** Words that are not options, but whose next word is the secret: `config set requirepass x`, `vault login x`. */
const SETTING = /^(requirepass|masterauth|aws_secret_access_key|aws_session_token)$/i;
/** SQL: `PASSWORD 'x'`, `IDENTIFIED BY 'x'`. */
const SQL = /\b((?:password|identified\s{1,4}by)\s{1,4}(?:to\s{1,4})?)(['"])[^'"]{1,1024}\2/gi;
/** Programs whose -p holds the secret in the same word: mysql -psecret. */
const SAME_WORD = /^(mysql|mariadb)(dump|admin|check|import|show|-\w+)?$|^sshpass$/;
/** Options whose value is user:password. */
const USER = /^(-u|--user|--proxy-user|--proxy-auth|--auth)$/;
/** Options whose value is a secret although the name does not show it. */
const FLAGS = new Set([
  '--pass',
  '--auth',
  '--access-key',
  '--requirepass',
  '--masterauth',
  '-requirepass',
  '--passin',
  '--passout',
]);
/** Wrappers in front of the actual program. */
const BEFORE = new Set([
  'CMD',
  'CMD-SHELL',
  'env',
  'exec',
  'nohup',
  'sudo',
  'time',
  'tini',
  '--',
  '/bin/sh',
  'sh',
  '-c',
]);
const SEPARATOR = /^(\||\|\||&|&&|;)$/;
/** The words of a command with its secrets masked. `before`: the words in front of them, such as the entrypoint. */
export function maskCommand(words: readonly string[], before: readonly string[] = []): string[] {
  const reader = new CommandReader();
  for (const word of before) reader.mask(word);
  return words.map((word) => reader.mask(word));
}

/** Like maskCommand, for a command in one string, as a shell gets it. */
export function maskCommandLine(line: string): string {
  return maskLine(line, 0);
}

/** How deep nested quotes and scripts are read; anything deeper is masked as a whole. */
const DEEPEST = 8;

function maskLine(line: string, depth: number): string {
  // The whole line was already masked that way.
  const reader = new CommandReader(depth, (word) => word);
  return shellWords(maskText(line.replace(SQL, `$1$2${MASK}$2`)))
    .map(({ text, isWord }) => (isWord ? reader.mask(text) : text))
    .join('');
}

/** Reads a command word by word and tracks what the next word means. */
class CommandReader {
  readonly #depth: number;
  readonly #plain: (text: string) => string;
  #program = '';
  #option = '';
  /** The program that the command begins with. */
  #first = '';

  /** `depth`: how many quotes and scripts enclose it. `plain` masks words that are not option values. */
  constructor(depth = 0, plain = maskText) {
    this.#depth = depth;
    this.#plain = plain;
  }

  mask(word: string): string {
    const option = this.#option;
    this.#option = '';
    if (SEPARATOR.test(word)) {
      this.#program = '';
      this.#first = '';
    }
    if (/\s/.test(word) && !/^-/.test(word)) return this.#phrase(word, option);
    if (isSecretOption(option, this.#program) && !word.startsWith('-')) return masked(word);
    if (USER.test(option)) return maskUser(word);
    if (word.startsWith('-')) return this.#optionWord(word);
    this.#meet(word);
    return this.#plain(word);
  }

  /** A word with spaces: the value of an option, a script, or an assignment or argument with quotes in it. */
  #phrase(word: string, option: string): string {
    if (isSecretOption(option, this.#program)) return masked(word);
    if (this.#depth >= DEEPEST) return MASK;
    const parts = shellWords(word);
    if (parts.length > 1) return maskLine(word, this.#depth + 1);
    const [, name] = /^(\w+)=/.exec(word) ?? [];
    if (name !== undefined && isSecretName(name)) return `${name}=${masked(word.slice(name.length + 1))}`;
    return quotedParts(word)
      .map(({ quote, text }) => (quote === '' ? text : `${quote}${maskLine(text, this.#depth + 1)}${quote}`))
      .join('');
  }

  #optionWord(word: string): string {
    this.#option = word;
    if (SAME_WORD.test(this.#program) && /^-p./.test(word)) return `-p${MASK}`;
    const [, name = '', value = ''] = /^(-{1,2}[\w.-]+)=(.*)$/s.exec(word) ?? [];
    if (!name) return this.#plain(word);
    this.#option = '';
    if (isSecretOption(name, this.#program)) return `${name}=${masked(value)}`;
    return USER.test(name) ? `${name}=${maskUser(value)}` : this.#plain(word);
  }

  #meet(word: string): void {
    const program = word.split('/').at(-1) ?? word;
    // `docker login`, `az login`: the option belongs to the subcommand.
    if (program === 'login' && this.#program) this.#program = program;
    // `echo redis-cli -a x`, `docker exec db mysql -px`: a known program counts anywhere in the command.
    if (program in NEXT_WORD || SAME_WORD.test(program)) this.#program = program;
    if (SETTING.test(word) || (this.#program === 'login' && this.#first === 'vault')) this.#option = '--pass';
    if (this.#first === '' && !BEFORE.has(word) && !/^\w+=/.test(word)) this.#first = program;
    if (this.#program === '' && !BEFORE.has(word) && !/^\w+=/.test(word)) this.#program = program;
  }
}

function isSecretOption(option: string, program: string): boolean {
  if (!option.startsWith('-')) return false;
  if (NEXT_WORD[program] === option || FLAGS.has(option)) return true;
  return option.length > 2 && isSecretName(option);
}

/** user:password; numbers on both sides are ids, as in --user 1000:1000, and an address has its own rules. */
function maskUser(word: string): string {
  const [, user = '', password = '', quote = ''] = /^(["']?[^:]*):(.+?)(["']?)$/s.exec(word) ?? [];
  if (isHarmless(password) || /^\d+:\d+$/.test(word) || password.startsWith('//')) return maskText(word);
  return `${user}:${MASK}${quote}`;
}
