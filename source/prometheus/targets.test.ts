import { describe, expect, it } from 'vitest';
import { containerId } from '../lib/ids.ts';
import type { ScrapeTarget } from './scrape-target.ts';
import type { ServerTarget } from './server.ts';
import { placeTargets, type Vantage } from './targets.ts';

function container(name: string, network: string, part: Partial<ScrapeTarget> = {}): ScrapeTarget {
  return {
    id: containerId(`${name}-id`),
    name,
    image: 'x',
    state: 'running',
    labels: {},
    ports: [],
    attachments: [{ network }],
    ...part,
  };
}

const service = (name: string) => ({ 'com.docker.compose.service': name });
const server = container('prom', 'desk', { ports: [{ container: 9090, protocol: 'tcp', host: 9091 }] });
const engine = container('nanoarb-engine', 'desk', {
  labels: service('nanoarb'),
  ports: [{ container: 9090, protocol: 'tcp', host: 19090, address: '0.0.0.0' }],
  attachments: [{ network: 'desk', address: '172.18.0.2', aliases: ['market'] }],
});
const replicas = [1, 2].map((n) => container(`desk-api-${n}`, 'desk', { labels: service('api') }));
const elsewhere = container('other-nanoarb', 'other', { labels: service('nanoarb') });
const stopped = container('desk-web', 'desk', { labels: service('web'), state: 'exited' });
const hexed = container('h', 'desk', { id: containerId(`0123456789ab${'c'.repeat(52)}`) });
const all = [server, engine, ...replicas, elsewhere, stopped, hexed];

const target = (url: string): ServerTarget => ({ job: 'j', instance: 'i', url, health: 'up', duration: 1, error: '' });
const inside: Vantage = { container: server, onHost: false, hosts: ['trade1'] };

/** Where a target is placed, as name:port/path, or why it is not. */
function placed(url: string, seat: Vantage = inside): string[] {
  const found = placeTargets([target(url)], seat, all);
  const names = found.placed.map(
    (one) => `${all.find(({ id }) => id === one.containerId)?.name}:${one.port}${one.path}`,
  );
  return [...names, ...found.unmatched.map(({ why }) => why)];
}

describe('a target of a Prometheus server in a container', () => {
  it.each([
    ['its compose service', 'http://nanoarb:9090/metrics', ['nanoarb-engine:9090/metrics']],
    ['the container name', 'http://nanoarb-engine:9090/m', ['nanoarb-engine:9090/m']],
    ['a name with its network', 'http://nanoarb.desk:9090/metrics', ['nanoarb-engine:9090/metrics']],
    ['an alias', 'http://market:9090/metrics', ['nanoarb-engine:9090/metrics']],
    ['the address', 'http://172.18.0.2:9100/metrics', ['nanoarb-engine:9100/metrics']],
    ['the short id', 'http://0123456789ab:80/metrics', ['h:80/metrics']],
    ['a service of two replicas', 'http://api:8000/metrics', ['desk-api-1:8000/metrics', 'desk-api-2:8000/metrics']],
    ['the server itself', 'http://localhost:9090/metrics', ['prom:9090/metrics']],
    ['a published port of the host', 'http://host.docker.internal:19090/metrics', ['nanoarb-engine:9090/metrics']],
    ['the same by the name of the host', 'http://trade1:19090/metrics', ['nanoarb-engine:9090/metrics']],
  ])('is found by %s', (_, url, names) => {
    expect(placed(url)).toEqual(names);
  });

  it.each([
    ['http://10.1.2.3:9100/metrics', 'no container of this desk is 10.1.2.3:9100'],
    ['http://other-nanoarb:9090/metrics', 'no container of this desk is other-nanoarb:9090'],
    ['http://trade2:19090/metrics', 'no container of this desk is trade2:19090'],
    ['http://web:80/metrics', 'desk-web is not running'],
    ['https://nanoarb:9090/metrics', 'it speaks https to a name of its own network'],
    ['http://nanoarb:9115/probe?target=x', 'it is scraped with parameters, like a probe: not repeated'],
    ['nonsense', 'its address could not be parsed'],
  ])('is not scraped: %s', (url, why) => {
    expect(placed(url)).toEqual([why]);
  });
});

describe('a target of a Prometheus server outside of containers', () => {
  const onHost: Vantage = { onHost: true, hosts: [] };
  const remote: Vantage = { onHost: false, hosts: ['trade1'] };

  it('is found by addresses that the host itself can reach', () => {
    expect(placed('http://localhost:19090/metrics', onHost)).toEqual(['nanoarb-engine:9090/metrics']);
    expect(placed('http://172.18.0.2:9090/metrics', onHost)).toEqual(['nanoarb-engine:9090/metrics']);
    expect(placed('http://nanoarb:9090/metrics', onHost)).toEqual(['no container of this desk is nanoarb:9090']);
  });

  it('on another machine is found only by the name of this host, as addresses mean something else there', () => {
    expect(placed('http://trade1:19090/metrics', remote)).toEqual(['nanoarb-engine:9090/metrics']);
    expect(placed('http://172.18.0.2:9090/metrics', remote)).toEqual(['no container of this desk is 172.18.0.2:9090']);
    expect(placed('http://localhost:19090/metrics', remote)).toEqual(['no container of this desk is localhost:19090']);
  });
});
