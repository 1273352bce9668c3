import { isCountOfNothing, isHarmlessBehind, isHarmlessWord } from './harmless.ts';
import type { LogLevel } from './level.ts';

/**
 * Whether a message without a level reports a problem: recognised by how exceptions, panics, crashes and refusals begin in common languages
 * and programs.
 */

/** How many characters of a message are examined. */
const LOOKED_AT = 400;

/** A name of an exception, with its module or code before the colon: `TypeError:`, `java.io.IOException:`, `Error [ERR_X]:`. */
const EXCEPTION =
  /^(?:\(?(?:node:\d{1,8})\)? )?(?:Uncaught |Unhandled |Caused by: |\[?Exception in thread "[^"]{0,80}" |[\w-]{1,30}: )?(?:[\w$]{1,60}[.\\:]{1,2}){0,8}[A-Z][\w$]{0,60}?(?:Error|Exception|Throwable|Failure|Fault|Rejection|RejectionWarning)(?:@[^\s:]{1,200}| ?\[[^\]]{0,60}\]| ?\([^)]{0,60}\))?(?::|$| at )/;
const EXCEPTION_ALONE = /^(?:Error|Exception|Throwable)(?: ?\[[^\]]{0,60}\])?(?::|$)/;
/** A word for a failure, with its colon. */
const LABELLED =
  /^(?:error|err|fatal|panic|critical|severe|exception|failure|crash|aborted|emergency)(?: ?\[\w{1,20}\])?[:!]|^(?:error|err|fatal)(?= \w)/i;
/** What runtimes, shells and C libraries write when a program ends. */
const CRASH =
  /^(?:[\w./-]{1,40}(?:\[\d{1,9}\])?: )?(?:panic: |The application panicked|fatal error: |thread '[^']{0,120}'(?: \(\d{1,20}\))? panicked|Traceback \(most recent call last\)|Uncaught [\w$.\\]{0,80}(?:Error|Exception|exception)(?!s)|Unhandled (?:promise |Promise )?(?:rejection|Rejection|exception|Exception|error|Error)(?!s)|Unhandled [A-Z-]{4,60} in thread |raised [A-Z_]{4,60}(?: : |$)|terminate called|terminating (?:due to|with)|libc\+\+abi: |Segmentation fault|Bus error|Illegal instruction|Floating point exception|Aborted(?: \(core dumped\))?$|Killed$|Out of memory|OOM|Assertion .{0,200}failed|assertion failed|npm (?:ERR!|error )|error Command failed|\*\*\* (?:Check failure|Aborted|Error|buffer overflow|stack smashing)|={1,3}\d{1,10}={1,3} ?ERROR|={2,}\s?(?:ERROR|CRASH|FATAL)|=(?:ERROR|CRASH) REPORT|\*\* \(|runtime: out of memory|SIG(?:SEGV|ABRT|BUS|FPE|ILL)\b|signal SIG|PHP (?:Fatal|Parse|Recoverable fatal|Core|Compile) error|(?:Fatal|Parse) error:|ORA-\d{5}|FATAL\b|CRITICAL\b|Exception in (?:thread|callback|ASGI application)\b|ERROR\b|Unexpected error|Internal error|internal server error|FAILED\b|E: |.{0,80}\bcore dumped\b|SEVERE\b|Task exception was never retrieved|exception was never retrieved|Exception ignored in|Deadlock found|fatal: )/;
/** A statement that something failed, at the beginning or after its subject. */
const FAILED =
  /^(?:[\w ./@()'"[\]-]{1,80}:(?:\d{1,6})? ?){0,4}(?:\(\d{1,4}\) |\d{3} |\[Errno \d{1,3}\] )?(?:Failed|Failure|Cannot|Can't|Could not|Couldn't|Unable to|UNABLE to|Error|can't|cannot|could not|couldn't|unable to|failed to)\b(?=[ :,'"])/;
const FAILED_BEHIND =
  /^[^:;{}=]{2,80} (?:failed|has failed|was rejected|REJECTED|rejected|crashed|aborted|timed out|terminated abnormally|exited abnormally)(?=:| with\b| after\b| because\b| due\b| by\b| at \S{1,200} line \d|[.!]?$)/;
/** The C library's words for an error in lower case, at the end or before more of it. */
const ERRNO = [
  'no such (?:file or directory|device(?: or address)?|process)',
  'permission denied|operation not (?:permitted|supported)|access denied|read-only file system|disk quota exceeded',
  'connection (?:refused|reset by peer|timed out|aborted)|(?:operation )?timed out|broken pipe|no route to host',
  '(?:host|network) is (?:unreachable|down)|transport endpoint is not connected|protocol not supported',
  'address already in use|(?:cannot|can.t) assign requested address|address family not supported by protocol',
  'no space left on device|(?:cannot allocate|out of) memory|too many open files|argument list too long',
  'invalid (?:argument|cross-device link)|bad (?:address|file descriptor)|inappropriate ioctl for device',
  'not a directory|is a directory|file exists|directory not empty|file name too long|text file busy',
  'device or resource busy|input/output error|exec format error|stale file handle|value too large for \\S{1,20} data type',
  'name or service not known|temporary failure in name resolution|unknown host|(?:context )?deadline exceeded',
  'command not found|(?:file )?not found|syntax error|terminated abnormally|unrecogni[sz]ed(?=: )',
].join('|');
const REFUSED = new RegExp(
  [
    `(?:: |^|\\] |\\()(?:${ERRNO})(?=$|[\\s)\\].,;:!"'(])`,
    '\\b(?:econnrefused|econnreset|etimedout|eaddrinuse|enotfound|eai_again|enospc|eacces|enoent|enomem|emfile|epipe)\\b',
    '\\bdue to (?:a )?(?:fatal |an? )?errors?\\b|\\b(?:pars(?:er|ing)|compilation|handshake|initiali[sz]ation) failed\\b|\\bsyntax error (?:on|at|in|near)\\b',
    '\\berrno[ =:]{1,2}\\d|\\bfailed with (?:error|status|code|exit)\\b|\\breturned (?:an )?error\\b',
  ].join('|'),
);
/** An error of a kind, with its place or reason: `Exim configuration error in line 1`, `Fatal error during start up:`, `parser error : …`. */
const ERROR_OF_KIND =
  /^(?:[\w ./'"-]{1,60}:(?:\d{1,6})? ?){0,3}(?:[\w/.-]{1,30} ){0,3}(?:[Ff]atal|[Cc]onfig(?:uration)?|[Pp]ars(?:e|er|ing)|[Ss]yntax|[Ii]nternal|[Rr]untime|[Pp]rotocol|[Ee]xecution|[Ee]valuation|I\/O|[Ss]ystem|[Nn]etwork|[Ss]ocket|[Tt]imeout|[Ff]ile|[Dd]isk|[Dd]atabase|SQL|SSL|TLS|DNS|HTTP|XML|JSON|YAML) error(?=$| ?[:!.]| \(\w{3,60}\) at | (?:in|at|on|near|while|during|when|from|for|with|reading|writing|opening|loading|parsing|connecting|occurred|encountered)\b)/;
/** What a command-line or a configuration contains that cannot be used. */
const UNUSABLE =
  /^(?:[\w ./'"-]{1,60}:(?:\d{1,6})? ?){0,3}(?:[Tt]he )?(?:(?:[Ii]nvalid|[Ii]llegal|[Uu]nrecogni[sz]ed|[Bb]ad|[Uu]nknown|[Uu]nsupported|[Uu]nexpected|[Mm]issing|[Mm]alformed) (?:[\w-]{1,30} ){0,2}(?:option|options|directive|command|argument|arguments|parameter|keyword|configuration|config|directory|file|path|line|token|character|value|host|hostname|address|user|section|module|queue|type|format|name|syntax|port|url|key)\b|(?:[Ii]nvalid|[Ii]llegal|[Uu]nrecogni[sz]ed|[Bb]ad|[Uu]nknown|[Uu]nsupported) (?:[\w-]{1,30} ){1,3}['"`‘“]|No module named |No such \w)/;
const UNUSABLE_BEHIND =
  /^(?:[\w./-]{1,40}: )?(?:[\w ./'"`[\](),-]{1,120}) (?:does not (?:exist|contain an? .{1,60})|is not a (?:valid|known|recognized|directory|file|regular file)\b.{0,60}|is ambiguous\b.{0,120}|(?:was |is |were )?unable to \w.{0,120}|(?:contains|has) an? (?:invalid|unknown|illegal) .{1,80}|cannot be (?:opened|read|used|found|loaded|written|started|parsed)\b.{0,60})[.!]?$|^[\w./-]{1,40}: (?:\S{1,120}: )?(?:.{1,120} not found|no [\w /]{2,40} specified|[Nn]o [\w /]{2,40} by that name)[.!]?$/;
const ERROR_OF =
  /^(?:[\w./-]{1,40}: ){0,2}[\w./-]{1,40}(?: [\w./-]{1,40}){0,3} (?:error|Error|ERROR|exception|failure):(?: |$)/;
/** What went wrong while something was done: `error during parsing file x`, `argument could not be parsed`. */
const ERROR_WHILE =
  /^(?:[\w./-]{1,40}(?:\[\d{1,9}\])?: )?[Ee]rror (?:while|during|reading|parsing|loading|opening|writing|connecting|processing|executing|sending|receiving|creating|starting)\b/;
/** A compiler's or checker's error with its place: `a.c:7:3: error: …`, `x.cc:7:150: runtime error: …`; a failed assertion. */
const AT_PLACE =
  /^[^\s:]{1,120}:\d{1,7}(?::\d{1,7})?: (?:runtime |fatal |internal compiler )?error: |^.{1,200}: Assertion [`'].{0,200}' failed\.?$/;
const NOT_DONE = /^[^:;{}=]{2,60} (?:couldn't|could not) be \w/;
/** A program's name, and what it could not use: `date: invalid date 'x'`, `kill: (99) - No such process`, `x: /y does not exist.` */
const OF_PROGRAM =
  /^[\w./-]{1,40}:(?: [^:]{1,60}:){0,3} .{0,120}?(?:\binvalid (?:argument|character|date|group|input|number|option|port|user)\b|\bNo such (?:container|device|file|image|process|user)\b|\bdoes not exist(?:\.?$| or the )|\bcannot (?:access|create|find|open|read|stat|write)\b|not in \w{1,10} format$|Connection closed$)/;
/** make, Ruby's last words, OpenSSL's queue of errors. */
const OF_TOOLS =
  /^(?:[\w./-]{1,40}: \*\*\* (?:No rule|\[.{1,80}\] Error \d)|\S{1,200}:\d{1,6}:in [`'].{0,120}'?: .{0,200} \(\w{0,60}(?:Error|Exception)\)$|[0-9A-F]{8,20}:error:[0-9A-F]{6,10}:|CMake Error at \S|Runtime error \()/;
/** A failure of a client, which is routine for a server. */
const REFUSED_LOGIN =
  /^(?:[\w./-]{1,40}(?:\[\d{1,9}\])?: )?(?:Failed (?:password|none|publickey|keyboard-interactive|login)|authentication failure|Authentication failed from)\b/i;
const WARN = /^\W{0,4}(?:warn(?:ing)?|deprecat(?:ed|ion)|caution)\b[:!]?|^\W{0,4}\w{1,40}Warning: /i;

/**
 * Every message that the expressions above match contains one of these in lower case, so most lines need only this test. In lower case
 * because an expression that ignores the case is several times slower.
 */
const HINT =
  /err|invalid|illegal|unrecogni|bad |unknown |unsupp|unexpec|missing |malform|not a |no module|assign req|not supp|or resource b|quota ex|ioctl|a directory|directory not|specified|by that name|exist|closed$|not in |exce|fail|fatal|panic|crit|severe|fault|throw|reject|crash|abort|emerg|trace|terminat|libc|illegal|killed|memory|oom|assert|\*\*|sig|ora-|e:|cannot|can't|could|read-only|broken pipe|not permitted|too many|bad addr|timed|unreach|no route|deadline|unknown host|is down|unable|not found|no such|denied|refused|in use|no space|econn|etime|eaddr|eno|eai|eacc|emf|epipe|dump|unhandled|raised|deadlock|==|warn|deprec|caution/;

/** The level that a message's wording implies. */
export function levelOfWords(message: string): LogLevel | undefined {
  const text = message.slice(0, LOOKED_AT).trimStart();
  const lower = text.toLowerCase();
  if (!HINT.test(lower) || isCountOfNothing(text)) return undefined;
  const crash = CRASH.exec(text);
  if (REFUSED_LOGIN.test(text)) return 'warn';
  if (crash && !isHarmlessBehind(text, crash[0].length)) return 'error';
  for (const pattern of [
    EXCEPTION,
    EXCEPTION_ALONE,
    LABELLED,
    FAILED,
    FAILED_BEHIND,
    ERROR_OF,
    ERROR_WHILE,
    NOT_DONE,
    OF_PROGRAM,
    ERROR_OF_KIND,
  ]) {
    const found = pattern.exec(text);
    if (found && !isHarmlessEnd(text, found[0])) return 'error';
  }
  if ([OF_TOOLS, AT_PLACE, UNUSABLE, UNUSABLE_BEHIND].some((pattern) => pattern.test(text))) return 'error';
  if (WARN.test(text)) return 'warn';
  return REFUSED.test(lower) ? 'error' : undefined;
}

/** Whether the last word of a match is negated by its surroundings: `failed: 0`, `0 errors`. */
function isHarmlessEnd(text: string, found: string): boolean {
  const word = /([A-Za-z]+)[^A-Za-z]*$/.exec(found);
  if (!word) return false;
  return isHarmlessWord(text, word.index, word.index + (word[1] ?? '').length);
}
