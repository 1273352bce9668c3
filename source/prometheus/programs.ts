import { memoizeByObject } from '../lib/memoize.ts';
import type { ScrapeTarget } from './scrape-target.ts';

/** Where a program serves its metrics, and how it is recognised. */
export type Program = {
  /** Fits the name of its image, service or container, in lower case. */
  matches: RegExp;
  port: number;
  path: string;
  /** A Prometheus server, which can be asked, too. */
  isServer: boolean;
};

/** Tells which program a container runs. */
export type ProgramFinder = (target: ScrapeTarget) => Program | undefined;

/** Each container is looked at once: with thousands of them many expressions each time one changes are too many. */
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
    // The main program may have given its name to a whole project: there the other parts' own names decide.
    programs.findLast(({ matches, port }) => matches.test(words) && serves(target, port))
  );
}

function serves({ ports }: ScrapeTarget, port: number): boolean {
  return ports.some(({ container, protocol }) => container === port && protocol === 'tcp');
}
