import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import Docker from 'dockerode';
import { StdioSocket, sshArguments } from './dial-stdio.ts';
import type { Endpoint, EndpointTarget, TlsOptions } from './endpoint.ts';
import { createSender, type OwnConnection } from './modem.ts';
import type { SshMasters } from './ssh-masters.ts';
import type { SshTarget } from './ssh-program.ts';

/**
 * dockerode over any connection to the engine. One agent opens connections: a unix socket, TCP, TLS, or ssh; calls that read reuse its
 * connections. A call that changes something has a connection of its own: the peer may be closing a kept one at that moment, and
 * such a call must neither be repeated nor be reported as failed because of it.
 * dockerode itself never sees more than a path, so that nothing depends on its own ssh, on its reading of DOCKER_HOST, or on
 * its URL handling.
 */
export type Transport = {
  docker: Docker;
  /** Ends every connection, idle or not. The next call connects again. */
  close(): void;
};

/** Idle connections kept: one screen of usage readings uses that many at once (see sampler.ts). */
const IDLE = 16;
const IDLE_SSH = 4;
/** Concurrent ssh logins: sshd randomly refuses logins above ten (MaxStartups). */
const LOGINS = 5;
/** The kernel sends keep-alive probes to an idle peer after this time, one per second: a peer that is gone is noticed after ten. */
const PROBE_AFTER_MS = 2_000;

/** `masters`: one ssh login for each host; without them each connection logs in by itself. */
export function createTransport(endpoint: Endpoint, masters?: SshMasters): Transport {
  const agent = new DialAgent(endpoint.target, masters);
  const docker = withoutDockerHost(
    () =>
      new Docker({
        socketPath: endpoint.url,
        protocol: 'http',
        headers: { ...endpoint.headers, 'User-Agent': 'deskhand' },
      }),
  );
  const prefix = endpoint.target.kind === 'tcp' ? endpoint.target.prefix : '';
  Object.assign(docker.modem, {
    buildRequest: createSender({ agent, fresh: agent.fresh, prefix, host: hostHeader(endpoint.target) }),
  });
  return { docker, close: () => agent.close() };
}

/** docker-modem reads DOCKER_HOST (and the files of DOCKER_CERT_PATH) when it is created, whatever its arguments. */
function withoutDockerHost<T>(make: () => T): T {
  const { DOCKER_HOST: kept } = process.env;
  delete process.env.DOCKER_HOST;
  try {
    return make();
  } finally {
    if (kept !== undefined) process.env.DOCKER_HOST = kept;
  }
}

/** Like the docker CLI: a proxy may route by the name; behind a socket any name will do. */
function hostHeader(target: EndpointTarget): string {
  if (target.kind !== 'tcp') return 'docker';
  return `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
}

type Dialled = (error: Error | null, socket: Duplex) => void;

/** http's connection pool, connecting as the endpoint requires. */
class DialAgent extends http.Agent {
  readonly #target: EndpointTarget;
  readonly #masters: SshMasters | undefined;
  readonly #waiting: Dialled[] = [];
  readonly #own = new Set<Duplex>();
  #logins = 0;
  #context: tls.SecureContext | undefined;

  constructor(target: EndpointTarget, masters: SshMasters | undefined) {
    super({ keepAlive: true, maxFreeSockets: target.kind === 'ssh' ? IDLE_SSH : IDLE });
    this.#target = target;
    this.#masters = masters;
  }

  override createConnection(_options: http.ClientRequestArgs, dialled?: Dialled): Duplex | undefined {
    const target = this.#target;
    if (target.kind === 'unix') return net.connect({ path: target.path });
    if (target.kind === 'ssh' && this.#masters) {
      this.#dial(target, this.#masters, dialled);
      return undefined;
    }
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

  /** Like `createConnection`, but for one call: the connection is not kept afterwards. */
  readonly fresh: OwnConnection = (options, dialled) => {
    const keep: Dialled = (error, socket) => {
      if (socket) {
        this.#own.add(socket);
        socket.once('close', () => this.#own.delete(socket));
      }
      dialled(error, socket);
    };
    const socket = this.createConnection(options, keep);
    if (socket) keep(null, socket);
    return undefined;
  };

  #dial(target: SshTarget, masters: SshMasters, dialled: Dialled | undefined): void {
    masters.dial(target).then(
      (socket) => dialled?.(null, socket),
      // There is no connection if there is an error.
      (error) => dialled?.(error, undefined as unknown as Duplex),
    );
  }

  /** Limits concurrent ssh logins; the next one starts when one has answered or ended. */
  #login(target: SshTarget): void {
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
      // An IP address is not a server name: the certificate is checked against the address itself.
      ...(net.isIP(host) ? {} : { servername: host }),
    };
  }

  close(): void {
    this.#waiting.length = 0;
    for (const socket of this.#own) socket.destroy();
    this.destroy();
  }
}
