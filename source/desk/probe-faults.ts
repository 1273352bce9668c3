import { headlineOf } from '../lib/log-line/headline.ts';
import { maskText } from '../lib/secrets.ts';
import { safe } from '../lib/text.ts';

/** The fault of a health probe, recognised by exit code and output: it may be the probe's, not the service's. */
export type ProbeFault = {
  kind:
    | 'command-not-found'
    | 'not-executable'
    | 'timeout'
    | 'refused'
    | 'unresolved'
    | 'http-status'
    | 'auth'
    | 'loading'
    | 'cannot-run'
    | 'output';
  words: string;
  /** The probe cannot work as it is written: fix the probe, a restart changes nothing. */
  probeItself: boolean;
};

type Rule = {
  kind: ProbeFault['kind'];
  pattern: RegExp;
  probeItself?: true;
  words: (match: RegExpMatchArray) => string;
};

/** First match wins. Wordings of Docker, runc, busybox and dash, curl, wget, redis-cli, pg_isready, mongosh. */
const RULES: readonly Rule[] = [
  {
    kind: 'timeout',
    pattern: /Health check exceeded timeout(?: \((\S+)\))?/i,
    words: (m) => `timed out${m[1] ? ` after ${m[1]}` : ''}`,
  },
  {
    kind: 'command-not-found',
    pattern: /exec: \\?"([^"\\]+)\\?": (?:executable file not found|stat .*no such file)/i,
    probeItself: true,
    words: (m) => `${m[1]} is not in the image`,
  },
  {
    kind: 'command-not-found',
    pattern: /(?:^|[\s:])([\w./-]+): (?:command )?not found/im,
    probeItself: true,
    words: (m) => `${m[1]} is not in the image`,
  },
  {
    kind: 'not-executable',
    pattern: /permission denied/i,
    probeItself: true,
    words: () => 'the probe may not be executed (permission denied)',
  },
  { kind: 'http-status', pattern: /returned error: (?:HTTP\/[\d.]+ )?(\d{3})/i, words: (m) => `HTTP ${m[1]}` },
  {
    kind: 'http-status',
    pattern: /(?:\bHTTP(?:\/[\d.]+)?(?: error| status| code)*|\bstatus(?: ?code)?)["']?[ :=]+([45]\d\d)\b/i,
    words: (m) => `HTTP ${m[1]}`,
  },
  {
    kind: 'http-status',
    pattern:
      /\b([45]\d\d) (?:Service Unavailable|Internal Server Error|Bad Gateway|Gateway Time-?out|Not Found|Unauthorized|Forbidden)\b/i,
    words: (m) => `HTTP ${m[1]}`,
  },
  {
    kind: 'refused',
    pattern: /connection refused|couldn't connect|failed to connect|ECONNREFUSED/i,
    words: () => 'connection refused',
  },
  {
    kind: 'unresolved',
    pattern: /could not resolve|bad address|name or service not known|ENOTFOUND|unable to resolve/i,
    words: () => 'host name not resolved',
  },
  { kind: 'timeout', pattern: /timed? ?out/i, words: () => 'timed out' },
  {
    kind: 'auth',
    pattern: /NOAUTH|WRONGPASS|authentication (?:failed|required)|unauthorized/i,
    words: () => 'the probe is not authorised',
  },
  { kind: 'loading', pattern: /LOADING|starting up|rejecting connections/i, words: () => 'still loading' },
  { kind: 'refused', pattern: /no response/i, words: () => 'no response' },
  {
    kind: 'cannot-run',
    pattern: /OCI runtime exec failed|unable to start container process/i,
    probeItself: true,
    words: () => 'the engine cannot run the probe',
  },
];

/** Longest part of an output that is quoted (characters). */
const QUOTED = 120;

/** The fault of a failed probe, else the line of its output that says most; undefined if it passed or printed nothing. */
export function probeFault(probe: { exitCode: number; output: string }): ProbeFault | undefined {
  if (probe.exitCode === 0) return undefined;
  const output = maskText(probe.output.slice(0, 2000)).slice(0, 1000);
  for (const { kind, pattern, probeItself, words } of RULES) {
    const match = output.match(pattern);
    if (match) return { kind, words: words(match), probeItself: probeItself === true };
  }
  if (probe.exitCode === 127)
    return { kind: 'command-not-found', words: 'its command is not in the image', probeItself: true };
  if (probe.exitCode === 126)
    return { kind: 'not-executable', words: 'its command is not executable', probeItself: true };
  const said = headlineOf(output.split('\n').map(safe))?.text;
  return said
    ? { kind: 'output', words: `exit ${probe.exitCode}: ${said.slice(0, QUOTED)}`, probeItself: false }
    : undefined;
}
