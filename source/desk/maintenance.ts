import { matching } from '../lib/glob.ts';
import { serviceName } from './identity.ts';
import { isWell } from './levels.ts';
import type { Service } from './model.ts';
import type { MaintenanceWindow } from './state.ts';
import { verdict } from './verdict.ts';

/** The service's verdict while procedures are running: if it is not ok but covered by one, it is in maintenance; the reason gives its state. */
export function inMaintenance(service: Service, windows: readonly MaintenanceWindow[]): Service {
  if (windows.length === 0 || isWell(service.verdict.level)) return service;
  const { name, containers } = service;
  const names = [name, serviceName(service), ...containers.map((one) => one.name)];
  const window = windows.find(({ services }) => matching(services, names) !== undefined);
  if (!window) return service;
  const { cause: _cause, otherCauses: _others, ...own } = service;
  const reason = `in maintenance (${window.name}, ${window.text}): ${service.verdict.reason}`;
  return { ...own, verdict: verdict('maintenance', 'maintenance', reason, window.since) };
}
