import { describe, expect, it } from 'vitest';
import { containerId } from '../lib/ids.ts';
import { builtInProfiles } from '../metrics/profiles.ts';
import { type DiscoverOptions, discoverEndpoints, whyNot } from './endpoints.ts';
import { engineEndpoint } from './engine-endpoint.ts';
import { programFinder } from './programs.ts';
import type { ScrapeTarget } from './scrape-target.ts';

function target(part: Partial<ScrapeTarget>): ScrapeTarget {
  return {
    id: containerId(`id-${part.name}`),
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

const programOf = programFinder(builtInProfiles().flatMap(({ program }) => program ?? []));
const discover = (targets: readonly ScrapeTarget[], options?: DiscoverOptions) =>
  discoverEndpoints(targets, { programOf, ...options });
const urls = (one: Partial<ScrapeTarget>, options?: DiscoverOptions) =>
  discover([target(one)], options).map(({ url }) => url);

describe('discoverEndpoints', () => {
  it('takes port and path from labels, and prefers the published port to the container address', () => {
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
    const both = [tcp(8080, 18080, '127.0.0.1'), tcp(8080, 28080, '10.1.2.3')];
    expect(urls({ labels, ports: both }, remote)).toEqual(['http://10.1.2.3:28080/stats/prom']);
  });

  it("prefers deskhand's own labels, and uses the only port if none is named", () => {
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

  it('knows the well-known ports of the stacks', () => {
    const docker = { 'com.docker.compose.project': 'docker' };
    const found = discover([
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

  it('recognises a program by a profile from the settings', () => {
    const program = { matches: /quotes/, port: 7100, path: '/stats', isServer: false };
    const own = programFinder([program]);
    const one = { image: 'corp/quotes:3', ports: [tcp(7100, 17100)] };
    expect(urls(one, { programOf: own })).toEqual(['http://127.0.0.1:17100/stats']);
    expect(urls(one)).toEqual([]);
  });

  it('tries no well-known ports if guessing is off', () => {
    expect(urls({ image: 'prom/prometheus', ports: [tcp(9090, 9090)] }, { guess: false })).toEqual([]);
  });

  it('leaves out containers that are not running or opt out of scraping', () => {
    const labels = { 'prometheus.io/port': '1' };
    expect(urls({ labels, state: 'exited' })).toEqual([]);
    expect(urls({ labels: { ...labels, 'prometheus.io/scrape': 'false' }, ports: [tcp(1, 1)] })).toEqual([]);
    expect(urls({ labels: { 'deskhand.metrics.port': 'no' }, ports: [] })).toEqual([]);
  });

  it('lets the settings add endpoints outside of containers, and change or disable those inside', () => {
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
    const [own] = discover([target({ ...one, labels })], {
      settings: [{ container: 'trading/api', url: 'http://10.0.0.1/m' }],
    });
    expect(own).toMatchObject({ url: 'http://10.0.0.1/m', containerId: 'id-trading-api' });
    expect(urls({ ...one, labels }, { settings: [{ container: 'api', scrape: false }] })).toEqual([]);
  });

  it('keeps the id of an endpoint when its container is recreated', () => {
    const labels = { 'prometheus.io/port': '8000' };
    const [before] = discover([target({ id: containerId('old'), name: 'api', labels, ports: [tcp(8000, 1)] })]);
    const [after] = discover([target({ id: containerId('new'), name: 'api', labels, ports: [tcp(8000, 2)] })]);
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

  it('treats a missing file as no endpoint', () => {
    const missing = () => {
      throw new Error('ENOENT');
    };
    expect(engineEndpoint(missing)).toEqual([]);
  });
});

describe('targets of a Prometheus server', () => {
  const scrapedBy = { server: 'prom', job: 'j', instance: 'i' };
  const known = (port: number, path = '/metrics') => ({ containerId: 'id-api', port, path, scrapedBy });
  const api = (part: Partial<ScrapeTarget> = {}) => target({ name: 'api', ports: [tcp(8000, 18000)], ...part });
  const found = (one: ScrapeTarget, options: DiscoverOptions) =>
    discover([one], options).map(({ url, origin, guess, scrapedBy: by }) => [url, origin, guess, by?.job]);

  it('are endpoints of their containers', () => {
    expect(found(api(), { targets: [known(8000, '/m')] })).toEqual([
      ['http://127.0.0.1:18000/m', 'Prometheus target', false, 'j'],
    ]);
    const attachments = [{ network: 'n', address: '172.18.0.9' }];
    expect(found(api({ attachments }), { targets: [known(9000)] })).toEqual([
      ['http://172.18.0.9:9000/metrics', 'Prometheus target', false, 'j'],
    ]);
  });

  it('are not scraped twice: a known endpoint only records the server', () => {
    const label = { 'prometheus.io/port': '8000' };
    expect(found(api({ labels: label }), { targets: [known(8000)] })).toEqual([
      ['http://127.0.0.1:18000/metrics', 'label', false, 'j'],
    ]);
    const url = { 'deskhand.metrics.url': 'http://127.0.0.1:40123/metrics' };
    expect(found(api({ labels: url }), { targets: [known(8000)] })).toEqual([
      ['http://127.0.0.1:40123/metrics', 'label', false, 'j'],
    ]);
    const guessed = api({ image: 'nanoarb:1', ports: [tcp(9090, 9090)] });
    expect(found(guessed, { targets: [known(9090)] })).toEqual([
      ['http://127.0.0.1:9090/metrics', 'well-known port', false, 'j'],
    ]);
    const settings = [{ url: 'http://127.0.0.1:18000/metrics' }];
    expect(found(api(), { settings, targets: [known(8000)] })).toEqual([
      ['http://127.0.0.1:18000/metrics', 'settings', false, 'j'],
    ]);
    const other = { 'prometheus.io/port': '8000', 'prometheus.io/path': '/internal' };
    expect(found(api({ labels: other }), { targets: [known(8000)] }).map(([url]) => url)).toEqual([
      'http://127.0.0.1:18000/internal',
      'http://127.0.0.1:18000/metrics',
    ]);
  });

  it('are not scraped if a label or the settings forbid it', () => {
    const labels = { 'prometheus.io/scrape': 'false' };
    expect(found(api({ labels }), { targets: [known(8000)] })).toEqual([]);
    expect(whyNot(api({ labels }))).toBe('its label says not to scrape it');
    const settings = [{ container: 'api', scrape: false }];
    expect(found(api(), { settings, targets: [known(8000)] })).toEqual([]);
    expect(whyNot(api(), settings)).toBe('the settings say not to scrape it');
    expect(whyNot(api({ labels: { ...labels, 'deskhand.metrics.scrape': 'true' } }))).toBeUndefined();
  });
});

describe('where an endpoint is', () => {
  it('assigns a URL to the container whose published port it uses', () => {
    const settings = [{ url: 'http://127.0.0.1:18000/metrics', isServer: true }];
    const [only, ...others] = discover([target({ name: 'p', ports: [tcp(9090, 18000)] })], { settings });
    expect(only).toMatchObject({ name: 'p', containerId: 'id-p', inside: { port: 9090 }, isServer: true });
    expect(others).toEqual([]);
    const elsewhere = discover([target({ ports: [tcp(9090, 18001)] })], { settings });
    expect(elsewhere).toMatchObject([{ id: 'http://127.0.0.1:18000/metrics', isServer: true }]);
  });

  it('keeps a URL unchanged, and its password out of names', () => {
    const settings = [{ url: 'http://ops:secret@127.0.0.1:18000/metrics?x=1' }];
    const [here] = discover([target({ name: 'p', ports: [tcp(9090, 18000)] })], { settings });
    expect(here).toMatchObject({ url: settings[0]?.url, name: 'p', id: 'p:9090/metrics' });
    const [there] = discover([target({ name: 'p', ports: [tcp(9090, 18000, '10.0.0.1')] })], { settings });
    expect(there?.id).toBe('http://127.0.0.1:18000/metrics?x=1');
    expect(there?.name).toBe(there?.id);
  });

  it('has every endpoint that the settings name for a container', () => {
    const settings = [
      { container: 'api', port: 8000 },
      { container: 'api', port: 9000, path: '/b' },
    ];
    const api = target({ name: 'api', ports: [tcp(8000, 18000), tcp(9000, 19000)] });
    expect(discover([api], { settings }).map(({ url }) => url)).toEqual([
      'http://127.0.0.1:18000/metrics',
      'http://127.0.0.1:19000/b',
    ]);
  });

  it('finds the ports of a container with host networking on the host', () => {
    const labels = { 'prometheus.io/port': '9100' };
    expect(urls({ labels, attachments: [{ network: 'host' }] }, { host: 'trade1', routable: false })).toEqual([
      'http://trade1:9100/metrics',
    ]);
  });
});
