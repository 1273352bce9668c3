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
  /^(?:\(?(?:node:\d{1,8})\)? )?(?:Uncaught |Unhandled |Caused by: |\[?Exception in thread "[^"]{0,80}" |[\w-]{1,30}: )?(?:[\w$]{1,60}[.\\:]{1,2}){0,8}[A-Z][\w$]{0,60}?(?:Error|Exception|Throwable|Failure|Fault|Rejection|RejectionWarning)(?: ?\[[^\]]{0,60}\]| ?\([^)]{0,60}\))?(?::|$| at )/;
const EXCEPTION_ALONE = /^(?:Error|Exception|Throwable)(?: ?\[[^\]]{0,60}\])?(?::|$)/;
/** A word for a failure, with its colon. */
const LABELLED =
  /^(?:error|err|fatal|panic|critical|severe|exception|failure|crash|aborted|emergency)(?: ?\[\w{1,20}\])?[:!]/i;
/** What runtimes, shells and C libraries write when a program ends. */
const CRASH =
  /^(?:[\w./-]{1,40}(?:\[\d{1,9}\])?: )?(?:panic: |The application panicked|fatal error: |thread '[^']{0,120}'(?: \(\d{1,20}\))? panicked|Traceback \(most recent call last\)|Uncaught [\w$.\\]{0,80}(?:Error|Exception|exception)(?!s)|Unhandled (?:promise |Promise )?(?:rejection|Rejection|exception|Exception|error|Error)(?!s)|terminate called|terminating (?:due to|with)|libc\+\+abi: |Segmentation fault|Bus error|Illegal instruction|Floating point exception|Aborted(?: \(core dumped\))?$|Killed$|Out of memory|OOM|Assertion .{0,200}failed|assertion failed|npm (?:ERR!|error )|error Command failed|\*\*\* (?:Check failure|Aborted|Error|buffer overflow|stack smashing)|={1,3}\d{1,10}={1,3} ?ERROR|={2,}\s?(?:ERROR|CRASH|FATAL)|=(?:ERROR|CRASH) REPORT|\*\* \(|runtime: out of memory|SIG(?:SEGV|ABRT|BUS|FPE|ILL)\b|signal SIG|PHP (?:Fatal|Parse|Recoverable fatal|Core|Compile) error|(?:Fatal|Parse) error:|ORA-\d{5}|FATAL\b|CRITICAL\b|Exception in thread |ERROR\b|Unexpected error|Internal error|internal server error|FAILED\b|E: |.{0,80}\bcore dumped\b|SEVERE\b|Task exception was never retrieved|exception was never retrieved|Exception ignored in|Deadlock found|fatal: )/;
/** A statement that something failed, at the beginning or after its subject. */
const FAILED =
  /^(?:[\w ./@()'"-]{1,80}: )?(?:\(\d{1,4}\) )?(?:Failed|Failure|Cannot|Can't|Could not|Couldn't|Unable to|UNABLE to|Error|can't|cannot|could not|couldn't|unable to|failed to)\b(?=[ :,'"])/;
const FAILED_BEHIND =
  /^[^:;{}=]{2,80} (?:failed|has failed|was rejected|REJECTED|rejected|crashed|aborted|timed out|terminated abnormally|exited abnormally)(?=:| with\b| after\b| because\b| due\b| by\b|[.!]?$)/;
const REFUSED =
  /(?:: |^)(?:command not found|no such file or directory|permission denied|connection refused|connection reset by peer|address already in use|no space left on device|operation not permitted|read-only file system|broken pipe|(?:file )?not found|syntax error|out of memory|too many open files|bad address|(?:connection |operation )?timed out|(?:host|network) is (?:unreachable|down)|no route to host|access denied|(?:context )?deadline exceeded|unknown host)(?=$|[\s)\].,;"(])|\b(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EADDRINUSE|ENOTFOUND|EAI_AGAIN|ENOSPC|EACCES|ENOENT|ENOMEM|EMFILE|EPIPE)\b|\bdue to (?:a )?(?:fatal |an? )?error\b|\bsyntax error (?:on|at|in|near)\b|\bfailed with (?:error|status|code|exit)\b|\breturned (?:an )?error\b/i;
const ERROR_OF =
  /^(?:[\w./-]{1,40}: ){0,2}[\w./-]{1,40}(?: [\w./-]{1,40}){0,3} (?:error|Error|ERROR|exception|failure): /;
/** What went wrong while something was done: `error during parsing file x`, `argument could not be parsed`. */
const ERROR_WHILE =
  /^(?:[\w./-]{1,40}(?:\[\d{1,9}\])?: )?[Ee]rror (?:while|during|reading|parsing|loading|opening|writing|connecting|processing|executing|sending|receiving|creating|starting)\b/;
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

/** Every message that the expressions above match contains one of these, so most lines need only this test. */
const HINT =
  /err|invalid|exist|closed$|not in |exce|fail|fatal|panic|crit|severe|fault|throw|reject|crash|abort|emerg|trace|terminat|libc|illegal|killed|memory|oom|assert|\*\*|sig|ora-|e:|cannot|can't|could|read-only|broken pipe|not permitted|too many|bad addr|timed|unreach|no route|deadline|unknown host|is down|unable|not found|no such|denied|refused|in use|no space|ECONN|ETIME|EADDR|ENO|EAI|EACC|EMF|EPIPE|dump|deadlock|==|warn|deprec|caution/i;

/** The level that a message's wording implies. */
export function levelOfWords(message: string): LogLevel | undefined {
  const text = message.slice(0, LOOKED_AT).trimStart();
  if (!HINT.test(text) || isCountOfNothing(text)) return undefined;
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
  ]) {
    const found = pattern.exec(text);
    if (found && !isHarmlessEnd(text, found[0])) return 'error';
  }
  if (OF_TOOLS.test(text)) return 'error';
  if (WARN.test(text)) return 'warn';
  return REFUSED.test(text) ? 'error' : undefined;
}

/** Whether the last word of a match is negated by its surroundings: `failed: 0`, `0 errors`. */
function isHarmlessEnd(text: string, found: string): boolean {
  const word = /([A-Za-z]+)[^A-Za-z]*$/.exec(found);
  if (!word) return false;
  return isHarmlessWord(text, word.index, word.index + (word[1] ?? '').length);
}
