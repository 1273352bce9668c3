import type { HealthCheck } from '../engine/facts.ts';
import type { Service } from './model.ts';

/** Where deskhand may ask a service from outside; `guessed`: from its health check, not from label or settings. */
export type ProbeTarget = { serviceId: string; url: string; guessed: boolean };

/** `http://…`, `tcp://…`, or a path such as `/health` on the first published port; several are parted by commas. */
const LABEL = 'deskhand.health';

/**
 * The URLs of a running service's own probes: those of its label, else the one that its health check asks inside the container,
 * carried over to the published port. Ports are never tried blindly: a database takes an HTTP request for an attack.
 * `host`: how this machine reaches the engine's published ports (127.0.0.1 for a local engine).
 */
export function probeTargets(service: Service, host: string): ProbeTarget[] {
  const facts = service.containers.find((one) => one.state === 'running');
  if (!facts) return [];
  const said = facts.labels[LABEL] ?? service.swarm?.labels[LABEL];
  if (said !== undefined) {
    return said.split(',').flatMap((part) => {
      const url = urlOf(part.trim(), service, host);
      return url ? [{ serviceId: service.id, url, guessed: false }] : [];
    });
  }
  const inside = facts.detail?.healthCheck && insideUrl(facts.detail.healthCheck);
  const port = service.ports.find(
    (one) => one.container === inside?.port && one.host !== undefined && one.protocol === 'tcp',
  );
  if (!inside || port?.host === undefined) return [];
  return [
    { serviceId: service.id, url: `${inside.scheme}://${bracketed(host)}:${port.host}${inside.path}`, guessed: true },
  ];
}

function urlOf(said: string, service: Service, host: string): string | undefined {
  if (/^(?:https?|tcp):\/\/[^\s/]+/.test(said)) return said;
  const port = service.ports.find((one) => one.host !== undefined && one.protocol === 'tcp')?.host;
  return said.startsWith('/') && port !== undefined ? `http://${bracketed(host)}:${port}${said}` : undefined;
}

/** `curl -f http://localhost:5000/health`, `wget -qO- localhost:${PORT:-9090}/health`: what is asked of the container itself. */
const INSIDE =
  /(?:(https?):\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(?:\$\{\w+:-(\d+)\}|(\d+)))?(\/[\w./?=&%-]*)?/;

function insideUrl({ test }: HealthCheck): { scheme: string; port: number; path: string } | undefined {
  const command = test.slice(1).join(' ');
  if (!/\b(?:curl|wget|http)/.test(command)) return undefined;
  const match = command.match(INSIDE);
  if (!match) return undefined;
  const scheme = match[1] ?? 'http';
  const port = Number(match[2] ?? match[3] ?? (scheme === 'https' ? 443 : 80));
  return { scheme, port, path: match[4] ?? '/' };
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
