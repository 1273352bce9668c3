import { serviceName } from '../../desk/identity.ts';
import type { Service } from '../../desk/model.ts';
import { matching } from '../../lib/glob.ts';
import { isTimeZone } from '../../lib/time-zone.ts';
import type { Settings } from '../../settings/schema.ts';

/**
 * The time zone in which the programs write their times, as an IANA name: of the settings of the service, else of TZ in its environment,
 * else that of the exchange. Of several services the first that has one. Undefined where nothing says.
 */
export function zoneOf(
  services: readonly Service[],
  settings: Pick<Settings, 'services' | 'market'>,
): string | undefined {
  for (const service of services) {
    const zone = setZone(service, settings.services) ?? ownZone(service);
    if (zone !== undefined) return zone;
  }
  return settings.market[0]?.timeZone;
}

function setZone(service: Service, settings: Settings['services']): string | undefined {
  const names = [service.name, serviceName(service)];
  const entries = Object.entries(settings).filter(([pattern]) => matching([pattern], names) !== undefined);
  return entries.map(([, { timeZone }]) => timeZone).find((zone) => zone !== undefined);
}

/** TZ as glibc reads it: a name of a zone, a colon before it or not; other forms are left to the program. */
function ownZone({ containers }: Service): string | undefined {
  const set = containers.flatMap(({ detail }) => detail?.env ?? []).find((one) => one.startsWith('TZ='));
  const zone = set?.slice('TZ='.length).replace(/^:/, '');
  return zone && isTimeZone(zone) ? zone : undefined;
}
