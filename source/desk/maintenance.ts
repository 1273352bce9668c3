import { matching } from '../lib/glob.ts';
import { serviceName } from './identity.ts';
import { isWell } from './levels.ts';
import type { Service } from './model.ts';
import type { MaintenanceWindow } from './state.ts';
import { verdict } from './verdict.ts';

/** The service as it counts while procedures are under way: what is not ok and covered by one is in maintenance, and says how it is. */
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
