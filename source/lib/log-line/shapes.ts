/**
 * Patterns of lines in multi-line messages: stack traces and what runtimes write around them. Every expression is
 * tried at the beginning of a line and is bounded.
 */

/** Continues any previous line: indented or closing text, causes, the last lines of panics and uncaught errors. */
export const CONTINUES =
  /^(?:\s|[}\])]|Caused by: ?|Suppressed: |\.\.\. ?\d+ more|stack backtrace:$|stack traceback:$|Current stack trace:$|Message: {1,4}\S|Location:|\d{1,3} {3,}\S|\S{1,200}\.\w{1,5}\(\d{1,6}\) |note: (?:run with `RUST_|Some details are)|\[signal |created by |(?:Re-)?[Rr]aised (?:at|by) |Called from .{1,200} in file |Execution halted$|---> |\d{1,3}: \(|exit status \d|thread caused non-unwinding panic|Stack trace:$|#\d{1,4} |thrown in |CallStack \(from|Last message: |State: |Initial Call: |Ancestors: |Function: #|Args: |(?:future|handle): <|source_traceback: |"""$|Emitted '|from \S{1,200}:\d+|PC: @|\*\*\* SIG\w+ \(|\*\*\* Check failure stack|@ {1,20}0x|SUMMARY: \w+Sanitizer|HINT: |\+-{2,}|npm (?:ERR!|error)|\^|╰|│|└|> File ")/;

/** Continues it even after empty lines. */
export const BRIDGES =
  /^(?:During handling of the above|The above exception was|goroutine \d+ |runtime stack:|(?:Node\.js|Bun|Deno) v\d+\.\d+|Location:$|--- End of |Caused by:|Next [\w\\]{1,120}: |Stack backtrace:$|Direct leak of|Indirect leak of|SUMMARY: \w+Sanitizer|Original exception was:$|> File "|rax +0x|r\d+ +0x|error: (?:process didn't|test failed))/;

export const TRACEBACK = /^(?:\s{1,8}\+ Exception Group |╭─{1,80} )?Traceback \(most recent call last\)/;
/** The lower edge of the box that rich draws around a traceback. */
export const BOX_END = /^╰/;
/** A traceback that follows belongs to it, though it is not an error. */
export const BEFORE_TRACEBACK =
  /^(?:Exception (?:ignored in|in thread|in callback)|(?:future|handle): <|Task exception|Future exception|"""$)|never retrieved$/;
/** The last line of a Python traceback is not indented, nor is the error below the caret of Node. */
export const EXCEPTION =
  /^(?:Uncaught )?(?:\w{1,80}\.){0,12}(?:\w{0,80}(?:Error|Exception|Warning|Exit|Interrupt|Iteration|Timeout|Group|Rejection)\b|(?<=\.)\w{1,80}(?::|$))/;
/** A name alone or before a colon, as the last line of a traceback has it. */
export const NAMED = /^[A-Za-z_][\w.]{0,120}(?::|$)/;
export const JAVA_EXCEPTION = /^(?:[\w$]{1,80}\.){1,12}[\w$]{0,80}(?:Exception|Error|Throwable)\b/;
export const INDENTED = /^\s+\S/;
export const CARET = /^\s*[\^~]+\s*$/;
/** Rust's, with the number of the thread since 1.90 or without. */
export const PANIC = /^thread '.{0,200}'(?: \(\d{1,20}\))? panicked at .{0,500}:\d+:\d+:$/;
/** After the message of a Rust panic. */
export const PANIC_END = /^(?:note: run with `RUST_BACKTRACE|stack backtrace:$)/;
export const GO_FRAME = /^(?:goroutine \d+ |created by |runtime stack:| {4}\S|\t)/;
export const GO_CALL = /^[\w./*()$[\]{},@~%· -]{1,400}\(.*\)$/;
export const GO_ELIDED = /^(?:\.\.\.\d+ frames elided|\.\.\.additional frames elided)/;
/** Node shows the source position before the error itself. */
export const SOURCE_PLACE =
  /^(?:(?:file:\/\/)?\/[^\s:]{1,400}|node:[\w/]{1,120}|\[eval\d?\]|[\w./-]{1,200}\.[cm]?[jt]sx?|evalmachine\.<\w+>|[A-Z]:\\\S{1,300}):\d+$/;
/** A frame of a stack as Node, Java and .NET indent it. */
export const FRAME = /^\s+at \S/;
export const RUBY_FRAME = /^(?:\s+from )?\S{1,300}:\d+:in [`'].{0,300}'/;
export const SANITIZER = /^(?:==\d+==)?(?:ERROR|WARNING): \w+Sanitizer/;
/** Go writes the size of a stack that overflowed before the error. */
export const GO_STACK = /^runtime: (?:goroutine stack exceeds|sp=0x)/;
/** Valgrind and the sanitizers put the process before each line. */
export const OF_PROCESS = /^==\d+==/;
export const RULE = /^={10,}$/;
/** PostgreSQL writes an error as several lines, each with its own header. */
export const POSTGRES_HEAD = /\b(?:ERROR|FATAL|PANIC|WARNING|LOG|NOTICE): {1,2}\S/;
export const POSTGRES_MORE = /\b(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION|BACKTRACE): {1,2}\S/;
/** java.util.logging puts the time on a separate line. */
export const JUL_TIME = /^\w{3} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d.[AP]M \S+ \S+$/;
export const JUL_LEVEL = /^(?:SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST): /;
export const ERLANG_REPORT = /^=(?:ERROR|CRASH|WARNING|INFO|NOTICE|SUPERVISOR|PROGRESS) REPORT={2,}/;
/** Begins a message although it has no header: a runtime's report of a fatal end. */
export const CRASHES =
  /^(?:thread '.{0,200}'(?: \(\d+\))? panicked|The application panicked|panic: |fatal error: |terminate called|Segmentation fault|Exception in thread |Unhandled exception|={10,}$|==\d+==(?:ERROR|WARNING): |Killed$|\*\*\* Aborted at|libc\+\+abi: )/;
export const MARKUP = /^<[/!]?[a-z]/i;
/** Names a component, or only says that something ended: the next line says what happened. */
export const OPENS =
  /^(?:[A-Za-z]\w*(?:\.\w+)+(?:\[\d+\])?|[\w.]+\[\d+\]|terminate called after throwing an instance of .{1,200})$/;
/** Only says that something ended: the next line says what happened. */
export const ANNOUNCES = /(?:exception|error)(?: \([^()]{1,80}\))?:$|^AddressSanitizer:DEADLYSIGNAL$/i;
/** The thread that ended, before its error. */
export const RUBY_THREAD = /^#<Thread:0x\w+ .{0,200}> terminated with exception/;
/** A frame as Nim writes it. */
export const FLAT_FRAME = /^\S{1,200}\.\w{1,5}\(\d{1,6}\) /;
export const ERROR_HEAD = /^error[:[]/i;
/** A numbered source line and its margin: excerpts in errors of Rust, TOML or Bun. */
export const EXCERPT = /^\d{1,5} \| /;
export const BEFORE_EXCERPT = /^\s*(?:\||-->|\d{1,5} \| )/;
