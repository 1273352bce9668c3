import * as v from 'valibot';
import { described, text } from './kinds.ts';

/** The log server of the settings. */

const label = (otherwise: string, about: string) => v.optional(described(about, v.string()), otherwise);

export const LogServer = v.strictObject({
  url: described(
    'Its address, such as `http://loki:3100`.',
    v.pipe(v.string(), v.url(), v.regex(/^https?:/, 'must begin with http:// or https://')),
  ),
  kind: v.optional(described('Which API it has.', v.picklist(['loki', 'victorialogs'])), 'loki'),
  headers: v.optional(
    described('Sent with every request, such as `X-Scope-OrgID` or `Authorization`.', v.record(text, v.string())),
    {},
  ),
  labels: v.optional(
    described(
      'How its labels are called; as the Docker driver of Loki names them by default. Empty: there is none.',
      v.strictObject({
        host: label('host', 'Name of the host, as its engine has it.'),
        project: label('compose_project', 'Compose project.'),
        service: label('compose_service', 'Compose service.'),
        swarm: label('swarm_service', 'Swarm service.'),
        container: label('container_name', 'Name of the container.'),
      }),
    ),
    {},
  ),
});
