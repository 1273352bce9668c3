import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { compose, NOON } from '../../test/builders/facts.ts';
import { Deriver } from '../desk/derive.ts';
import { initialState, reduceAll } from '../desk/reduce.ts';
import { engineId, serviceId } from '../lib/ids.ts';
import { type Alert, prometheusServer } from '../prometheus/server.ts';
import { deskAlerts, type Severities, serviceNamed } from './alerts.ts';

const containers = [compose('exness', 'redis'), compose('maricusco', 'redis'), compose('exness', 'backend')];
const alert = (name: string, labels: Record<string, string>, state: Alert['state'] = 'firing'): Alert => ({
  name,
  state,
  labels: { alertname: name, ...labels },
  annotations: { summary: `${name} summary` },
  activeAt: NOON,
  value: 1,
});

describe('the service an alert is about', () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{ name: 'exness-redis' }, 'compose:exness/redis'],
    [{ container: 'backend' }, 'compose:exness/backend'],
    [{ instance: 'exness-backend:8000', job: 'apps' }, 'compose:exness/backend'],
    [
      {
        container_label_com_docker_compose_service: 'redis',
        container_label_com_docker_compose_project: 'maricusco',
      },
      'compose:maricusco/redis',
    ],
    [{ service: 'redis' }, undefined],
    [{ instance: 'localhost:9100', job: 'node' }, undefined],
  ])('%j is %s', (labels, id) => {
    expect(serviceNamed(labels, containers)).toBe(id);
  });
});

describe('alerts that fire', () => {
  const judged = (alerts: readonly Alert[], severities: Severities = {}) => {
    const received = deskAlerts(alerts, severities, (labels) => serviceNamed(labels, containers));
    const state = reduceAll(initialState(NOON, engineId('fake')), [
      { type: 'connection', connection: { state: 'ready', since: NOON } },
      { type: 'containers', at: NOON, containers },
      { type: 'alerts', alerts: received },
    ]);
    const desk = new Deriver().derive(state);
    return {
      desk: desk.verdict,
      backend: desk.byId.get(serviceId('compose:exness/backend'))?.verdict,
      incidents: desk.incidents,
    };
  };

  it('degrade the service that they name, the critical one first', () => {
    const { backend, desk } = judged([
      alert('Slow', { container: 'backend', severity: 'warning' }),
      alert('Errors', { container: 'backend', severity: 'critical' }),
    ]);
    expect(backend).toEqual({
      level: 'degraded',
      code: 'alert',
      reason: 'alert Errors: Errors summary (and 1 more)',
      since: NOON,
    });
    expect(desk).toMatchObject({ level: 'degraded' });
  });

  it('degrade the desk when they name no service', () => {
    const { backend, desk, incidents } = judged([alert('HostDisk', { instance: 'localhost:9100' })]);
    expect(backend?.level).toBe('ok');
    expect(desk).toMatchObject({ level: 'degraded', code: 'alert', reason: 'alert HostDisk: HostDisk summary' });
    expect(incidents).toHaveLength(1);
  });

  it('count by their severity, which the settings may change', () => {
    const info = [alert('Note', { container: 'backend', severity: 'info' })];
    expect(judged(info).backend?.level).toBe('ok');
    expect(judged(info, { info: 'warn' }).backend?.level).toBe('degraded');
    const odd = [alert('Odd', { container: 'backend', severity: 'sev3' })];
    expect(judged(odd).backend?.level).toBe('degraded');
    expect(judged(odd, { default: 'ignore' }).backend?.level).toBe('ok');
  });

  it('are none while they are pending', () => {
    expect(judged([alert('Slow', { container: 'backend' }, 'pending')]).backend?.level).toBe('ok');
  });
});

/** What Prometheus 2.42 answers to GET /api/v1/alerts, as recorded. */
const RECORDED =
  '{"status":"success","data":{"alerts":[{"labels":{"alertname":"HighLatency","container":"exness-backend","severity":"warning"},"annotations":{"description":"p99 is 420ms"},"state":"firing","activeAt":"2026-11-28T22:55:54.940229782Z","value":"4.2e-01"},{"labels":{"alertname":"NotYet","container":"exness-redis","severity":"critical"},"annotations":{},"state":"pending","activeAt":"2026-11-28T22:55:54.940229782Z","value":"1e+00"},{"labels":{"alertname":"Watchdog","severity":"none"},"annotations":{"summary":"always on"},"state":"firing","activeAt":"2026-11-28T22:55:54.940229782Z","value":"1e+00"},{"labels":{"alertname":"HostDiskFull","mountpoint":"/","severity":"page"},"annotations":{"summary":"disk  is 97% full"},"state":"firing","activeAt":"2026-11-28T22:55:54.940229782Z","value":"9.7e+01"},{"labels":{"alertname":"Unlabelled"},"annotations":{},"state":"firing","activeAt":"2026-11-28T22:55:54.940229782Z","value":"NaN"}]}}';

it('reads what a Prometheus server answers: severity, owner, words and time of each', async () => {
  const server = createServer((_, response) => response.end(RECORDED)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const alerts = await prometheusServer(`http://127.0.0.1:${port}`).alerts();
    expect(deskAlerts(alerts, {}, (labels) => serviceNamed(labels, containers))).toEqual([
      {
        level: 'warn',
        text: 'alert HighLatency: p99 is 420ms',
        since: Date.parse('2026-11-28T22:55:54.940Z'),
        serviceId: 'compose:exness/backend',
      },
      {
        level: 'critical',
        text: 'alert HostDiskFull: disk  is 97% full',
        since: Date.parse('2026-11-28T22:55:54.940Z'),
      },
      { level: 'warn', text: 'alert Unlabelled', since: Date.parse('2026-11-28T22:55:54.940Z') },
    ]);
  } finally {
    server.close();
  }
});
