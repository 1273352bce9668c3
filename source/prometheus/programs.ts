import { memoizeByObject } from '../lib/memoize.ts';
import type { ScrapeTarget } from './scrape-target.ts';

/** How to recognise a program, and where it serves its metrics. */
export type Program = {
  /** Matches the name of its image, service or container, in lower case. */
  matches: RegExp;
  port: number;
  path: string;
  /** A Prometheus server, which can also be queried. */
  isServer: boolean;
};

/** Finds out which program a container runs. */
export type ProgramFinder = (target: ScrapeTarget) => Program | undefined;

/** Each container is checked once: with thousands of them, repeating all expressions on each change would be too slow. */
export function programFinder(programs: readonly Program[]): ProgramFinder {
  const find = memoizeByObject((target: ScrapeTarget) => ({ program: programOf(target, programs) }));
  return (target) => find(target).program;
}

function programOf(target: ScrapeTarget, programs: readonly Program[]): Program | undefined {
  const { labels, name, image } = target;
  const project = labels['com.docker.compose.project'] ?? '';
  const words = `${project}-${labels['com.docker.compose.service'] ?? ''} ${name}`.toLowerCase();
  return (
    programs.find(({ matches }) => matches.test(image.toLowerCase())) ??
    // A project may be named after its main program: then the names of its other parts decide.
    programs.findLast(({ matches, port }) => matches.test(words) && serves(target, port))
  );
}

function serves({ ports }: ScrapeTarget, port: number): boolean {
  return ports.some(({ container, protocol }) => container === port && protocol === 'tcp');
}
