import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../lib/clock.ts';
import { EngineError } from '../engine.ts';
import { type Logins, SshMaster } from './ssh-master.ts';
import type { SshTarget } from './ssh-program.ts';

/** Concurrent logins in total and through one jump host: sshd refuses some of those above ten (MaxStartups). */
const AT_ONCE = 8;
const PER_JUMP = 3;
/** A host that does not answer gives up its slot after this time (ms); a jump host is spared for longer. */
const HOLD_MS = 1000;
const JUMP_HOLD_MS = 5000;

/** Masters per host: another one is started when the existing ones are full. Four carry 256 connections, or 32 sessions. */
const MOST = 4;

/** One shared login per host, and a few more if many connections are open at once. */
export type SshMasters = {
  dial(target: SshTarget): Promise<Duplex>;
  /** Ends every master that this object started. */
  close(): void;
};

export function createSshMasters(clock: Clock): SshMasters {
  const masters = new Map<string, SshMaster[]>();
  const logins = spread(clock);
  let directory: string | undefined;
  let made = 0;

  const tidy = () => {
    for (const master of [...masters.values()].flat()) master.close();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  };

  function start(target: SshTarget): SshMaster {
    if (directory === undefined) process.once('exit', tidy);
    // Accessible only to its owner. The path must be short: a socket path has 107 characters at most.
    directory ??= mkdtempSync(join(process.env.XDG_RUNTIME_DIR || tmpdir(), 'deskhand-ssh-'));
    made += 1;
    return new SshMaster(target, join(directory, String(made)), logins);
  }

  return {
    async dial(target) {
      const key = JSON.stringify(target);
      const own = masters.get(key) ?? [start(target)];
      masters.set(key, own);
      for (let at = 0; at < MOST; at += 1) {
        const master = own[at] ?? start(target);
        own[at] = master;
        const socket = await master.dial();
        if (socket) return socket;
      }
      throw new EngineError(
        'ssh',
        `As many connections to ${target.host} are open as ${MOST} logins carry.`,
        'Close logs or shells of that host.',
      );
    },
    close() {
      process.off('exit', tidy);
      tidy();
      masters.clear();
      directory = undefined;
    },
  };
}

/** Slots for logins: a limited number in total, and through each jump host. */
function spread(clock: Clock): Logins {
  const all = places(clock, AT_ONCE, HOLD_MS);
  const jumps = new Map<string, ReturnType<typeof places>>();
  return async (jump) => {
    if (jump === undefined) return all();
    const [first = jump] = jump.split(',');
    const through = jumps.get(first) ?? places(clock, PER_JUMP, JUMP_HOLD_MS);
    jumps.set(first, through);
    const leave = await through();
    const over = await all();
    return () => {
      over();
      leave();
    };
  };
}

/** A free slot; released by its holder, or after `holdMs`. */
function places(clock: Clock, count: number, holdMs: number): () => Promise<() => void> {
  const waiting: (() => void)[] = [];
  let free = count;
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    let held = true;
    const leave = () => {
      if (!held) return;
      held = false;
      cancel();
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    };
    const cancel = clock.after(holdMs, leave);
    return leave;
  };
}
