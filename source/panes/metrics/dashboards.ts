import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { NamedBoard } from '../../prometheus/boards/choose.ts';
import { readDashboard } from '../../prometheus/grafana.ts';

/** A dashboard is some hundred kilobytes; a larger file is something else. */
const LARGEST = 20 * 1024 * 1024;

export type Dashboards = {
  boards: NamedBoard[] /** Files that could not be read, with the reason. */;
  errors: string[];
};

/** Reads Grafana dashboards: JSON files, and directories of them. Each is the board of programs that have one of its metrics. */
export function loadDashboards(paths: readonly string[]): Dashboards {
  const found: Dashboards = { boards: [], errors: [] };
  for (const path of paths) {
    for (const file of filesOf(path, found.errors)) {
      try {
        if (statSync(file).size > LARGEST) throw new Error(`${file} is larger than a dashboard`);
        const { board, notDrawn } = readDashboard(readFileSync(file, 'utf8'), basename(file, '.json'));
        found.boards.push({ board: { ...board, notDrawn }, for: namesIn(board.panels) });
      } catch (error) {
        found.errors.push(told(error));
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
    errors.push(told(error));
    return [];
  }
}

/** The metrics that a board reads; of PromQL every word that could be one. */
function namesIn(panels: NamedBoard['board']['panels']): string[] {
  const names = panels.flatMap(({ exprs }) =>
    exprs.flatMap((expr) => (expr.kind === 'promql' ? (expr.query.match(/[a-zA-Z_:][\w:]*/g) ?? []) : [expr.metric])),
  );
  return [...new Set(names.flatMap((name) => [name, name.replace(/_(total|bucket|sum|count)$/, '')]))];
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
