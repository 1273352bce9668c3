import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { boardOf } from '../prometheus/grafana/board.ts';
import { type Dashboard, readDashboard } from '../prometheus/grafana/dashboard.ts';
import { metricNames } from '../prometheus/promql-names.ts';
import { isCommon, type NamedBoard } from './boards/choose.ts';

/** A dashboard is some hundred kilobytes; a larger file is something else. */
const LARGEST = 20 * 1024 * 1024;

export type Dashboards = {
  boards: NamedBoard[] /** Files that could not be read, with the reason. */;
  errors: string[];
};

/** Reads Grafana dashboards: JSON files and directories of them. Each becomes a board of the programs that have some of its metrics. */
export function loadDashboards(paths: readonly string[]): Dashboards {
  const found: Dashboards = { boards: [], errors: [] };
  for (const path of paths) {
    for (const file of filesOf(path, found.errors)) {
      try {
        if (statSync(file).size > LARGEST) throw new Error('it is too large for a dashboard');
        const dashboard = readDashboard(readFileSync(file, 'utf8'), basename(file, '.json'));
        found.boards.push({
          title: dashboard.title,
          board: (program) => boardOf(dashboard, program),
          for: namesIn(dashboard),
          ofSeveral: true,
        });
      } catch (error) {
        found.errors.push(failureText(file, error));
      }
    }
  }
  return found;
}

function filesOf(path: string, errors: string[]): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    errors.push(failureText(path, error));
    return [];
  }
}

/** The metrics that identify a dashboard's programs, without those of nearly every program. */
function namesIn({ panels }: Dashboard): string[] {
  const names = panels.flatMap(({ queries }) => queries.flatMap(({ query }) => metricNames(withoutVariables(query))));
  const distinct = names.filter((name) => !isCommon(name));
  return [...new Set(distinct.length > 0 ? distinct : names)];
}

function withoutVariables(query: string): string {
  return query.replace(/\$\{[^}]*\}|\$\w+|\[\[[^\]]*\]\]/g, '');
}

/** The error of a file that could not be read. */
function failureText(path: string, error: unknown): string {
  if (!(error instanceof Error)) return `dashboard ${path}: ${String(error)}`;
  const { code, message } = error as NodeJS.ErrnoException;
  return `dashboard ${path}: ${(code && WORDS[code]) ?? message}`;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  ELOOP: 'it is a broken link',
};
