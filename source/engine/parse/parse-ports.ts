import type { Port } from '../facts.ts';
import { fields, list, positive, text } from './fields.ts';

/** {"8000/tcp": [{"HostIp": "0.0.0.0", "HostPort": "80"}], "9000/tcp": null} */
export function boundPorts(value: unknown): Port[] {
  return Object.entries(fields(value)).flatMap(([key, bindings]) => {
    const [digits, protocol = 'tcp'] = key.split('/');
    const container = positive(Number(digits));
    if (container === undefined) return [];
    const bound = list(bindings).flatMap((entry) => {
      const { HostIp, HostPort } = fields(entry);
      const host = positive(Number(HostPort));
      return host ? [{ container, protocol, host, address: text(HostIp) }] : [];
    });
    return bound.length > 0 ? bound : [{ container, protocol }];
  });
}
