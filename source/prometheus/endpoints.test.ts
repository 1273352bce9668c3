import { describe, expect, it } from 'vitest';
import { type DiscoverOptions, discoverEndpoints, type ScrapeTarget } from './endpoints.ts';
import { engineEndpoint } from './engine-endpoint.ts';

function target(part: Partial<ScrapeTarget>): ScrapeTarget {
  return {
    id: `id-${part.name}`,
    name: 'x',
    image: 'x:1',
    state: 'running',
    labels: {},
    ports: [],
    attachments: [],
    ...part,
  };
}

const tcp = (container: number, host?: number, address?: string) => ({
  container,
  protocol: 'tcp',
  ...(host === undefined ? {} : { host }),
  ...(address === undefined ? {} : { address }),
});

const urls = (one: Partial<ScrapeTarget>, options?: DiscoverOptions) =>
  discoverEndpoints([target(one)], options).map(({ url }) => url);

describe('discoverEndpoints', () => {
  it('takes port and path from labels, by published port before container address', () => {
    const labels = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080', 'prometheus.io/path': 'stats/prom' };
    expect(urls({ labels, ports: [tcp(8080, 18080, '0.0.0.0')] })).toEqual(['http://127.0.0.1:18080/stats/prom']);
    expect(urls({ labels, ports: [tcp(8080, 18080, '10.1.2.3')] })).toEqual(['http://10.1.2.3:18080/stats/prom']);
    expect(urls({ labels, ports: [tcp(8080, 18080, '::')] }, { host: 'trade1' })).toEqual([
      'http://trade1:18080/stats/prom',
    ]);
    const attachments = [{ network: 'a', address: '172.18.0.5' }];
    expect(urls({ labels, attachments })).toEqual(['http://172.18.0.5:8080/stats/prom']);
    expect(urls({ labels, attachments }, { routable: false })).toEqual(['']);
    const remote = { host: 'trade1', local: false, routable: false };
    expect(urls({ labels, ports: [tcp(8080, 18080, '127.0.0.1')] }, remote)).toEqual(['']);
  });

  it('takes our own labels first, and the only port where none is named', () => {
    expect(urls({ labels: { 'deskhand.metrics.url': 'http://127.0.0.1:4444/m', 'prometheus.io/port': '1' } })).toEqual([
      'http://127.0.0.1:4444/m',
    ]);
    expect(
      urls({ labels: { 'deskhand.metrics.port': '9', 'prometheus.io/port': '8' }, ports: [tcp(9, 9), tcp(8, 8)] }),
    ).toEqual(['http://127.0.0.1:9/metrics']);
    expect(urls({ labels: { 'prometheus.io/scrape': 'true' }, ports: [tcp(7000, 7001)] })).toEqual([
      'http://127.0.0.1:7001/metrics',
    ]);
    expect(urls({ labels: { 'prometheus.io/scrape': 'true' }, ports: [tcp(1, 1), tcp(2, 2)] })).toEqual([]);
  });

  it('knows the ports of the stacks', () => {
    const docker = { 'com.docker.compose.project': 'docker' };
    const found = discoverEndpoints([
      target({
        name: 'nanoarb-engine',
        image: 'docker-nanoarb',
        labels: { ...docker, 'com.docker.compose.service': 'nanoarb' },
        ports: [tcp(9090, 9090)],
      }),
      target({
        name: 'nanoarb-prometheus',
        image: 'prom/prometheus:latest',
        labels: { ...docker, 'com.docker.compose.service': 'prometheus' },
        ports: [tcp(9090, 9091)],
      }),
      target({
        name: 'maricusco-app',
        image: 'maricusco:1',
        labels: { 'com.docker.compose.project': 'maricusco', 'com.docker.compose.service': 'app' },
        ports: [tcp(8000, 8000)],
      }),
      target({ name: 'exness-redis', image: 'redis:7', ports: [tcp(6379, 6379)] }),
    ]);
    expect(found.map(({ url, isServer, guess }) => [url, isServer, guess])).toEqual([
      ['http://127.0.0.1:9090/metrics', false, true],
      ['http://127.0.0.1:9091/metrics', true, true],
      ['http://127.0.0.1:8000/metrics', false, true],
    ]);
  });

  it('tries no well-known port where it is told not to guess', () => {
    expect(urls({ image: 'prom/prometheus', ports: [tcp(9090, 9090)] }, { guess: false })).toEqual([]);
  });

  it('leaves out what is not running, or says that it is not to be scraped', () => {
    const labels = { 'prometheus.io/port': '1' };
    expect(urls({ labels, state: 'exited' })).toEqual([]);
    expect(urls({ labels: { ...labels, 'prometheus.io/scrape': 'false' }, ports: [tcp(1, 1)] })).toEqual([]);
    expect(urls({ labels: { 'deskhand.metrics.port': 'no' }, ports: [] })).toEqual([]);
  });

  it('lets the settings name endpoints outside of containers, and change or switch off those inside', () => {
    const one = { name: 'trading-api', ports: [tcp(8000, 8000)] };
    expect(urls(one, { settings: [{ url: 'http://host:9090/metrics', name: 'native engine' }] })).toEqual([
      'http://host:9090/metrics',
    ]);
    expect(urls(one, { settings: [{ container: 'trading-api', path: '/m' }] })).toEqual(['http://127.0.0.1:8000/m']);
    const labels = {
      'com.docker.compose.project': 'trading',
      'com.docker.compose.service': 'api',
      'prometheus.io/port': '8000',
    };
    const [own] = discoverEndpoints([target({ ...one, labels })], {
      settings: [{ container: 'trading/api', url: 'http://10.0.0.1/m' }],
    });
    expect(own).toMatchObject({ url: 'http://10.0.0.1/m', containerId: 'id-trading-api' });
    expect(urls({ ...one, labels }, { settings: [{ container: 'api', scrape: false }] })).toEqual([]);
  });

  it('keeps the id of an endpoint when its container is made anew', () => {
    const labels = { 'prometheus.io/port': '8000' };
    const [before] = discoverEndpoints([target({ id: 'old', name: 'api', labels, ports: [tcp(8000, 1)] })]);
    const [after] = discoverEndpoints([target({ id: 'new', name: 'api', labels, ports: [tcp(8000, 2)] })]);
    expect(after?.id).toBe(before?.id);
    expect(after?.containerId).toBe('new');
  });
});

describe('engineEndpoint', () => {
  it.each([
    ['{"metrics-addr":"127.0.0.1:9323"}', ['http://127.0.0.1:9323/metrics']],
    ['{"metrics-addr":"0.0.0.0:9323"}', ['http://127.0.0.1:9323/metrics']],
    ['{"metrics-addr":":1"}', ['http://127.0.0.1:1/metrics']],
    ['{"metrics-addr":5}', []],
    ['{}', []],
    ['null', []],
    ['not JSON', []],
  ])('reads %s', (text, urls) => {
    expect(engineEndpoint(() => text).map(({ url }) => url)).toEqual(urls);
  });

  it('takes a missing file for no endpoint', () => {
    const missing = () => {
      throw new Error('ENOENT');
    };
    expect(engineEndpoint(missing)).toEqual([]);
  });
});
