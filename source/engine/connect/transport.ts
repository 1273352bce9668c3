import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import Docker from 'dockerode';
import { StdioSocket, sshArguments } from './dial-stdio.ts';
import type { Endpoint, EndpointTarget, TlsOptions } from './endpoint.ts';
import { createSender } from './modem.ts';

/**
 * dockerode over whatever leads to the engine. One agent dials: a unix socket, TCP, TLS, or ssh; calls reuse its connections.
 * dockerode itself never sees more than a path, so that nothing depends on its own ssh, on its reading of DOCKER_HOST, or on
 * its URL handling.
 */
export type Transport = {
  docker: Docker;
  /** Ends every connection, idle or not. The next call dials again. */
  close(): void;
};

/** Idle connections that are kept: a screen of readings goes over as many at once (see sampler.ts). */
const IDLE = 16;
const IDLE_SSH = 4;
/** ssh logins at once: sshd refuses a share of those above ten (MaxStartups). */
const LOGINS = 5;
/** Where a firewall drops silently, the kernel notices a dead peer after this and nine probes more. */
const PROBE_AFTER_MS = 30_000;

export function createTransport(endpoint: Endpoint): Transport {
  const agent = new DialAgent(endpoint.target);
  const docker = withoutDockerHost(
    () =>
      new Docker({
        socketPath: endpoint.url,
        protocol: 'http',
        headers: { ...endpoint.headers, 'User-Agent': 'deskhand' },
      }),
  );
  const prefix = endpoint.target.kind === 'tcp' ? endpoint.target.prefix : '';
  Object.assign(docker.modem, { buildRequest: createSender({ agent, prefix, host: hostHeader(endpoint.target) }) });
  return { docker, close: () => agent.close() };
}

/** docker-modem reads DOCKER_HOST (and the files of DOCKER_CERT_PATH) when it is made, whatever it is given. */
function withoutDockerHost<T>(make: () => T): T {
  const { DOCKER_HOST: kept } = process.env;
  delete process.env.DOCKER_HOST;
  try {
    return make();
  } finally {
    if (kept !== undefined) process.env.DOCKER_HOST = kept;
  }
}

/** As the docker CLI: a proxy may go by the name, a socket's engine only wants one. */
function hostHeader(target: EndpointTarget): string {
  if (target.kind !== 'tcp') return 'docker';
  return `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
}

type Dialled = (error: Error | null, socket: Duplex) => void;

/** http's pool of connections, each made by the endpoint's own way. */
class DialAgent extends http.Agent {
  readonly #target: EndpointTarget;
  readonly #waiting: Dialled[] = [];
  #logins = 0;
  #context: tls.SecureContext | undefined;

  constructor(target: EndpointTarget) {
    super({ keepAlive: true, maxFreeSockets: target.kind === 'ssh' ? IDLE_SSH : IDLE });
    this.#target = target;
  }

  override createConnection(_options: http.ClientRequestArgs, dialled?: Dialled): Duplex | undefined {
    const target = this.#target;
    if (target.kind === 'unix') return net.connect({ path: target.path });
    if (target.kind === 'ssh') {
      if (dialled) this.#waiting.push(dialled);
      this.#login(target);
      return undefined;
    }
    const address = { host: target.host, port: target.port };
    const probes = { keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS, noDelay: true };
    if (!target.tls) return net.connect({ ...address, ...probes });
    return tls.connect({ ...address, ...probes, ...this.#secure(target.host, target.tls) });
  }

  /** Starts as many ssh as may log in at once; the first answer, or the end, of one makes room for the next. */
  #login(target: Extract<EndpointTarget, { kind: 'ssh' }>): void {
    while (this.#logins < LOGINS) {
      const dialled = this.#waiting.shift();
      if (!dialled) return;
      this.#logins += 1;
      const socket = new StdioSocket('ssh', sshArguments(target));
      let waiting = true;
      const settled = () => {
        if (!waiting) return;
        waiting = false;
        this.#logins -= 1;
        this.#login(target);
      };
      socket.onAnswer = settled;
      socket.once('close', settled);
      dialled(null, socket);
    }
  }

  #secure(host: string, { ca, cert, key, verify }: TlsOptions): tls.ConnectionOptions {
    this.#context ??= tls.createSecureContext({ ca, cert: key && cert, key: cert && key });
    return {
      secureContext: this.#context,
      rejectUnauthorized: verify,
      // An address is not a server name: its certificate is checked against the address itself.
      ...(net.isIP(host) ? {} : { servername: host }),
    };
  }

  close(): void {
    this.#waiting.length = 0;
    this.destroy();
  }
}
