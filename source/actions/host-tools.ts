import type { BackupStore } from '../backup/store.ts';
import { type ChildResult, runChild } from '../compose/child.ts';
import type { ComposeTool } from '../compose/tool.ts';
import type { HostRoom } from './host-room.ts';

/** Programs of this machine and requests from it, for what actions do beside the engine. */
export type HostTools = {
  /** Runs a program with an argument vector, never through a shell. Rejects where it cannot be started. */
  runHere(command: readonly string[], options: HereOptions): Promise<ChildResult>;
  /** An HTTP request; redirects are not followed. `$NAME` in a header is a variable of deskhand's environment. Fails in words. */
  request(url: string, options: RequestOptions): Promise<RequestAnswer>;
};

/** The facilities of this machine that actions use. */
export type ActionTools = HostTools & {
  compose: ComposeTool;
  backups: BackupStore;
  /** Runs the docker CLI of this machine on the engine. Rejects where there is none. */
  docker(words: readonly string[], running: { signal: AbortSignal; onLine?(line: string): void }): Promise<ChildResult>;
  /** Directory of dumps and archives. */
  backupDirectory: string;
  /** Where backups of volumes go unless said otherwise: that directory, or a restic repository. */
  backupPlace: string;
  /** What the engine's machine has left; absent for an engine on another machine. */
  room?(dataDirectory: string | undefined): Promise<HostRoom>;
  /** Where the audit log and the state of procedures lie. */
  stateDirectory: string;
  /** Date and time for records (ms since the epoch). */
  wallTime(): number;
  /** Bytes of a container's log at the path that the engine names; undefined where that cannot be known here. */
  logBytes(path: string): Promise<number | undefined>;
};

export type HereOptions = {
  directory?: string;
  env?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  onLine?(line: string): void;
};

export type RequestOptions = {
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  signal: AbortSignal;
};

export type RequestAnswer = { status: number; body: AsyncIterable<Uint8Array> };

export function hostTools(env: NodeJS.ProcessEnv): HostTools {
  return {
    runHere: (command, { env: more = {}, ...options }) => runChild(command, { ...options, env: { ...env, ...more } }),
    async request(url, { method, headers, body, signal }) {
      const filled = Object.entries(headers).map(([name, value]) => [name, expanded(value, env)] as const);
      const init = { method, headers: Object.fromEntries(filled), body, signal, redirect: 'manual' as const };
      const answer = await fetch(url, init).catch((error: Error) => {
        const cause = error.cause instanceof Error ? error.cause.message : error.message;
        throw new Error(`${method} ${url} failed: ${cause}`, { cause: error });
      });
      return { status: answer.status, body: answer.body ?? NOTHING };
    },
  };
}

const NOTHING: AsyncIterable<Uint8Array> = (async function* () {})();

function expanded(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => env[name] ?? whole);
}
