import { describe, expect, it } from 'vitest';
import { DETAIL, listed } from '../../test/builders/facts.ts';
import type { ContainerFacts, Port } from '../engine/facts.ts';
import { probeTargets, type Reach } from './probe-targets.ts';

const HERE: Reach = { host: '127.0.0.1', local: true, routable: true, guess: true };
const AWAY: Reach = { host: 'prod.example', local: false, routable: false, guess: true };

const port = (container: number, more: Partial<Port> = {}): Port => ({ container, protocol: 'tcp', ...more });
const published = (container: number, host: number, address = '0.0.0.0') => port(container, { host, address });
const web = (facts: Partial<ContainerFacts> = {}) => listed('web', { ports: [published(8000, 18000)], ...facts });
const urls = (facts: ContainerFacts, reach = HERE, configured?: string) =>
  probeTargets(facts, reach, configured).map(({ url, guessed }) => `${guessed ? 'guess ' : ''}${url}`);

describe('what is probed of a container', () => {
  it('is what the settings say before all else', () => {
    const labels = { 'deskhand.health.url': '/label' };
    expect(urls(web({ labels }), HERE, 'https://ops.example/health')).toEqual(['https://ops.example/health']);
    expect(urls(web(), HERE, 'ftp://ops.example/')).toEqual([]);
  });

  it.each([
    ['http://10.0.0.9:9090/health', ['http://10.0.0.9:9090/health']],
    ['/api/health', ['http://127.0.0.1:18000/api/health']],
    [':9000/live', ['http://172.20.0.5:9000/live']],
    ['/health, tcp://127.0.0.1:8765', ['http://127.0.0.1:18000/health', 'tcp://127.0.0.1:8765']],
    ['none', []],
    ['file:///etc/passwd', []],
    ['rubbish', []],
  ])('is what the label %s says', (label, expected) => {
    const attachments = [{ network: 'n', address: '172.20.0.5', aliases: [] }];
    for (const name of ['deskhand.health.url', 'deskhand.health'])
      expect(urls(web({ labels: { [name]: label }, attachments }))).toEqual(expected);
  });

  it('is guessed on published ports of customary numbers, never on those of databases or unknown ones', () => {
    const ports = [published(3306, 3306), published(9878, 9878), published(8080, 80), published(8080, 80, '::')];
    expect(urls(web({ ports }))).toEqual(['guess http://127.0.0.1:80/health']);
    expect(urls(web({ ports: [port(8000)] }))).toEqual([]);
    expect(urls(web({ ports: [published(8000, 8000)].map((one) => ({ ...one, protocol: 'udp' })) }))).toEqual([]);
  });

  it('is a connection for a store without a health check, and for the WebSocket proxy next to a healthy one', () => {
    const store = web({ ports: [published(6379, 6379)] });
    expect(urls(store)).toEqual(['guess tcp://127.0.0.1:6379']);
    expect(urls({ ...store, health: 'healthy' })).toEqual([]);
    const ports = [published(5000, 5000), published(8765, 8765)];
    expect(urls(web({ ports, health: 'healthy' }))).toEqual([
      'guess http://127.0.0.1:5000/health',
      'guess ws://127.0.0.1:8765',
    ]);
  });

  it.each([
    [`curl -f http://localhost:${'$'}{PORT:-9878}/live?full=1 || exit 1`, 'guess http://127.0.0.1:9878/live?full=1'],
    ['wget -qO- 127.0.0.1:9878/up', 'guess http://127.0.0.1:9878/up'],
    ['curl -f http://localhost:1234/other', undefined],
    ['pg_isready -h localhost', undefined],
  ])('takes the address from the health check "%s"', (command, expected) => {
    const detail = { ...DETAIL, healthCheck: { ...check, test: ['CMD-SHELL', command] } };
    expect(urls(web({ ports: [published(9878, 9878)], detail }))[0]).toBe(expected);
  });

  it('is not guessed when published ports are not real, nor on another machine’s loopback, nor while it does not run', () => {
    expect(urls(web(), { ...HERE, guess: false })).toEqual([]);
    expect(urls(web(), AWAY)).toEqual(['guess http://prod.example:18000/health']);
    expect(urls(web({ ports: [published(8000, 18000, '127.0.0.1')] }), AWAY)).toEqual([]);
    expect(urls(web({ ports: [published(8000, 18000, '::')] }))).toEqual(['guess http://[::1]:18000/health']);
    for (const state of ['exited', 'created', 'paused', 'restarting'] as const)
      expect(urls(web({ state }))).toEqual([]);
  });

  it('is no more than three addresses', () => {
    const ports = Array.from({ length: 100 }, (_, n) => published(8000 + n, 8000 + n));
    expect(urls(web({ ports }))).toHaveLength(3);
  });
});

const check = { interval: 0, timeout: 0, startPeriod: 0, retries: 0 };
