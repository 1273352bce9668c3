import type { AnyResource } from '../../resources/resource.ts';
import type { Column } from '../../ui/table/columns.ts';

/** The text of a cell that could not be rendered. */
const BROKEN = '(cannot be shown)';

type Report = (where: string, error: unknown) => void;
type Call = (...given: never[]) => unknown;

/**
 * A table whose functions never throw: a row that cannot be read does not affect the others. The failure is reported and shown in the cell.
 */
export function guardedResource(resource: AnyResource, report: Report): AnyResource {
  const guard = <Given extends Call | undefined>(what: string, call: Given, instead: unknown): Given =>
    call && (guarded(`${resource.title}, ${what}`, call, instead, report) as Given);
  const columns = resource.columns.map(
    (column): Column<unknown, never> => ({
      ...column,
      value: guard(column.title, column.value, BROKEN),
      csv: guard(column.title, column.csv, BROKEN),
      tone: guard(column.title, column.tone, 'bad'),
      sort: guard(column.title, column.sort, ''),
    }),
  );
  return {
    ...resource,
    columns,
    nameOf: guard('name', resource.nameOf, BROKEN),
    labels: guard('labels', resource.labels, {}),
    faulty: guard('faults', resource.faulty, true),
    rows: guard('rows', resource.rows, []),
    service: guard('service', resource.service, undefined),
    services: guard('services', resource.services, []),
    containers: guard('containers', resource.containers, []),
    target: guard('target', resource.target, undefined),
    inspect: guard('inspect', resource.inspect, undefined),
    onHosts: guard('hosts', resource.onHosts, { service: '', hosts: [] }),
    terms: guard('filter', resource.terms, []),
    details: guard('details', resource.details, []),
    strip: guard('strip', resource.strip, []),
    enter: guard('enter', resource.enter, undefined),
  };
}

function guarded(where: string, call: Call, instead: unknown, report: Report): Call {
  return (...given) => {
    try {
      return call(...given);
    } catch (error) {
      report(where, error);
      return instead;
    }
  };
}
