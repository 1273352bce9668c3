import { describe, expect, it } from 'vitest';
import type { Port } from '../engine/facts.ts';
import { allPorts, imageCell, portsCell, portsText } from './cells.ts';

const published = (host: number, container: number, protocol = 'tcp', address = '0.0.0.0'): Port => ({
  host,
  container,
  protocol,
  address,
});

describe('published ports', () => {
  const feed = Array.from({ length: 300 }, (_, n) => published(30_000 + n, 30_000 + n, 'udp'));
  const others = [
    published(5353, 53, 'udp'),
    published(9443, 443, 'tcp', '127.0.0.2'),
    published(9443, 443, 'tcp', '127.0.0.1'),
    published(5353, 53),
    published(7000, 7000, 'tcp', '::1'),
  ];

  it('come in order, TCP first, and neighbours as one range, however the engine shuffles them', () => {
    const shuffled = [...others, ...feed.toReversed(), ...feed.map((port) => ({ ...port, address: '::' }))];
    expect(portsCell(shuffled)).toBe('5353:53 7000:7000 9443:443 5353:53/udp 30000-30299/udp');
  });

  it('of a range that is moved keep both ends', () => {
    expect(portsCell([published(8080, 80), published(8081, 81), published(8082, 82)])).toBe('8080-8082:80-82');
  });

  it('that lead to one port stay apart', () => {
    expect(portsCell([published(8080, 80), published(8081, 80)])).toBe('8080:80 8081:80');
  });

  it('stand with the addresses that they are bound to', () => {
    expect(portsText([...others, published(8080, 80), published(8080, 80, 'tcp', '::')])).toBe(
      '5353:53 8080:80 5353:53/udp on all interfaces; 9443:443 on 127.0.0.2 127.0.0.1; 7000:7000 on ::1',
    );
  });

  it('are listed one by one for filters', () => {
    expect(allPorts([...feed, ...others])).toContain('30177:30177/udp');
  });

  it('go before those that are only exposed', () => {
    expect(portsCell([{ container: 9000, protocol: 'tcp' }, published(80, 8000)])).toBe('80:8000');
    expect(portsCell([{ container: 9000, protocol: 'tcp' }])).toBe('9000');
  });
});

it('shortens an image id, and marks an image whose name has moved on', () => {
  expect(imageCell({ image: `sha256:f97fed59f513${'0'.repeat(52)}` })).toBe('f97fed59f513');
  expect(imageCell({ image: 'bot:1', imageReplaced: true })).toBe('bot:1 (older)');
});
