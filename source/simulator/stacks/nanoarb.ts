import { nanoarb } from '../programs/nanoarb.ts';
import { GRAFANA_SERVER, PROMETHEUS_SERVER } from '../programs/servers.ts';
import { DAY, HOUR, SECOND } from '../world/time.ts';
import { check, GB, MB, type Project } from './compose.ts';

/** The trading engine with its monitoring. Its project is called `docker` because its compose file lies in docker/. */
export function nanoarbStack(seed: string): Project {
  return {
    name: 'docker',
    directory: '/srv/nanoarb/docker',
    network: 'nanoarb-network',
    volumes: {
      'nanoarb-data': 412 * MB,
      'nanoarb-logs': 1.3 * GB,
      'prometheus-data': 2.6 * GB,
      'grafana-data': 38 * MB,
    },
    address: '192.0.2.11',
    age: 3 * DAY + 4 * HOUR,
    services: [
      {
        service: 'nanoarb',
        container: 'nanoarb-engine',
        image: 'docker-nanoarb',
        size: 148 * MB,
        program: nanoarb(seed),
        user: '1000:1000',
        workingDir: '/app',
        entrypoint: ['/app/nanoarb'],
        command: ['--config', '/app/config.toml'],
        ports: ['9090:9090'],
        mounts: [
          './config.toml:/app/config.toml:ro',
          'nanoarb-data:/app/data',
          'nanoarb-logs:/app/logs',
          '../models:/app/models:ro',
        ],
        env: { RUST_LOG: 'info', RUST_BACKTRACE: '1', NANOARB_FEED_TOKEN: 'md_live_9fK2vQx7Lw31TzBn' },
        health: check(['CMD-SHELL', `curl -f http://localhost:\${PORT:-9090}/health || exit 1`], 30, 10, 3, 5),
        restart: 'unless-stopped',
        cpus: 4,
        memory: 4 * GB,
        reserved: 2 * GB,
        after: 1 * SECOND,
      },
      {
        service: 'prometheus',
        container: 'nanoarb-prometheus',
        image: 'prom/prometheus:v2.48.0',
        size: 245 * MB,
        program: PROMETHEUS_SERVER,
        user: 'nobody',
        entrypoint: ['/bin/prometheus'],
        command: [
          '--config.file=/etc/prometheus/prometheus.yml',
          '--storage.tsdb.path=/prometheus',
          '--storage.tsdb.retention.time=30d',
          '--web.enable-lifecycle',
        ],
        ports: ['9091:9090'],
        mounts: ['./prometheus.yml:/etc/prometheus/prometheus.yml:ro', 'prometheus-data:/prometheus'],
        restart: 'unless-stopped',
      },
      {
        service: 'grafana',
        container: 'nanoarb-grafana',
        image: 'grafana/grafana:10.2.2',
        size: 399 * MB,
        program: GRAFANA_SERVER,
        user: '472',
        entrypoint: ['/run.sh'],
        ports: ['3000:3000'],
        mounts: ['grafana-data:/var/lib/grafana', '../grafana/provisioning:/etc/grafana/provisioning:ro'],
        env: {
          GF_SECURITY_ADMIN_USER: 'admin',
          GF_SECURITY_ADMIN_PASSWORD: 'nanoarb',
          GF_USERS_ALLOW_SIGN_UP: 'false',
          GF_SERVER_ROOT_URL: 'http://localhost:3000',
        },
        restart: 'unless-stopped',
        dependsOn: ['prometheus:service_started:false'],
        after: 2 * SECOND,
      },
    ],
  };
}
