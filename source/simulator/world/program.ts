import type { Random } from '../random.ts';
import type { Load } from './meter.ts';
import type { Container, World } from './types.ts';

/**
 * What runs in a container, as far as the engine can see it: its load, its lines, how it stops, what it answers.
 * A program has moods: `normal`, and what its faults or its dependencies make of it. The world asks for the mood after
 * every change, so that a consumer complains while redis is down and recovers when it is back, without a script.
 */
export type Program = {
  name: string;
  user: string;
  /** Where its lines go if they do not say; standard output when left out. */
  stream?: 'stdout' | 'stderr';
  /** How it looks in `top`: the first process is the container's own. `share` is its part of the load. */
  processes(container: Container): readonly { command: string; share: number; user?: string }[];
  mood?(container: Container, world: World): string;
  load(mood: string): Load;
  voice?(mood: string): Voice | undefined;
  /** What it says as it starts. */
  boot?(container: Container, world: World): readonly Said[];
  /** What it says on the way from one mood to another. */
  turn?(from: string, to: string): readonly Said[];
  /** Its answer to SIGTERM: how long it takes, its exit code and last words. Left out: it ignores the signal. */
  stop?: { ms: number; exitCode: number; words?(at: number): readonly Said[] };
  /** A job ends by itself. */
  end?(container: Container, world: World): { ms: number; exitCode: number } | undefined;
  /** Answers HTTP on a port of the container; undefined: nothing listens there. */
  http?(request: HttpRequest, container: Container, world: World): HttpAnswer | undefined;
  /** Answers a command run inside (exec, health check); undefined: the common shell answers. */
  answer?(argv: readonly string[], container: Container, world: World): Outcome | undefined;
  /** Faults that a restart does not end. All others do. */
  lasting?: readonly string[];
  /** What is served on a loopback port too: the port in the container, and the label that tells each path's real address. */
  endpoints?: {
    port: number;
    labels: Readonly<Record<string, string>>;
    /** Port of a WebSocket server beside it, told in the label of the health address. */
    webSocket?: number;
  };
  /** The program closes every connection after one answer. */
  closesConnections?: boolean;
};

/** A line and how long after its moment it is said, ms. */
export type Said = { after: number; text: string; stream?: 'stdout' | 'stderr' };

type Slot = {
  /** Which one since the mood began. */
  index: number;
  at: number;
  chance: Random;
  /** Work done since the container's start, ms: stands still while a program is stalled. */
  work: number;
};

/** A rule that gives the lines of any moment: in each slot of `every` ms it says what `say` returns, in order. */
export type Voice = { every: number; say(slot: Slot): readonly Said[] };

type HttpRequest = { path: string; port: number };

export type HttpAnswer = { status: number; body: string; type?: string; ms?: number };

export type Outcome = { exitCode: number; output: string; errors?: string; ms?: number };
