import * as v from 'valibot';

/** Linux's signals by number, as signal(7) has them for x86 and ARM; 16 (SIGSTKFLT) is known, too. */
const NAMES: readonly string[] = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU ' +
  'XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');

const OTHER_NAMES: Readonly<Record<string, string>> = { IOT: 'ABRT', CLD: 'CHLD', POLL: 'IO', UNUSED: 'SYS' };

/** The first and the last real-time signal of glibc. */
const RTMIN = 34;
const RTMAX = 64;

/** The number of a signal by its one name. */
export function signalNumber(name: string): number {
  const text = name.replace(/^SIG/, '');
  return realTime(text) ?? NAMES.indexOf(text) + 1;
}

/** The one name of a signal: hup, HUP, SIGHUP and 1 are SIGHUP; 9 is SIGKILL; 36 is SIGRTMIN+2. Undefined if there is no such signal. */
export function signalName(given: string): string | undefined {
  const text = given.trim().toUpperCase().replace(/^SIG/, '');
  const number = /^\d+$/.test(text) ? Number(text) : realTime(text);
  if (number !== undefined) {
    if (number >= RTMIN && number <= RTMAX) return number === RTMIN ? 'SIGRTMIN' : `SIGRTMIN+${number - RTMIN}`;
    const name = NAMES[number - 1];
    return name && `SIG${name}`;
  }
  const name = OTHER_NAMES[text] ?? text;
  return NAMES.includes(name) ? `SIG${name}` : undefined;
}

function realTime(text: string): number | undefined {
  const [all, end, sign, offset = '0'] = /^(RTMIN|RTMAX)(?:([+-])(\d+))?$/.exec(text) ?? [];
  if (all === undefined) return undefined;
  const number = (end === 'RTMIN' ? RTMIN : RTMAX) + (sign === '-' ? -1 : 1) * Number(offset);
  return number >= RTMIN && number <= RTMAX ? number : undefined;
}

/** A signal as an action's parameter. */
export const SignalName = v.pipe(
  v.string(),
  v.check((text) => signalName(text) !== undefined, 'must be a signal such as HUP, USR1 or 15'),
  v.transform((text) => signalName(text) ?? text),
);
