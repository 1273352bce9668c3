import { every, STORE_HEALTH, type StackDefinition, type StandIn, store } from './stand-in.ts';

/** maricusco: an app whose health check passes only if its three stores answer, so that one fault lights two lamps. */

const STORES = 'nc -w 1 postgres 5432 </dev/null && nc -w 1 redis 6379 </dev/null && nc -w 1 chromadb 8000 </dev/null';

const services: StandIn[] = [
  {
    name: 'app',
    ports: ['8000:8000'],
    dependsOn: { postgres: 'service_healthy', redis: 'service_healthy', chromadb: 'service_started' },
    health: STORES,
    restart: 'unless-stopped',
    cpus: 2,
    memoryMiB: 4096,
    env: {
      DATABASE_URL: 'postgresql://maricusco:maricusco@postgres:5432/maricusco',
      OPENAI_API_KEY: 'sk-not-a-key',
    },
    script: `printf '{"status":"ok"}' > /tmp/www/health\nserve 8000 &\n${every(
      2,
      'echo "{\\"level\\":\\"info\\",\\"msg\\":\\"analysis $n\\",\\"ticker\\":\\"NVDA\\",\\"ms\\":$((n % 90))}"',
    )}`,
  },
  {
    name: 'postgres',
    ports: ['5432:5432'],
    volumes: { postgres_data: '/var/lib/postgresql/data' },
    health: STORE_HEALTH,
    restart: 'unless-stopped',
    cpus: 2,
    memoryMiB: 2048,
    script: store(5432, 'LOG:  database system is ready to accept connections', ': quiet'),
  },
  {
    name: 'redis',
    ports: ['6379:6379'],
    volumes: { redis_data: '/data' },
    health: STORE_HEALTH,
    restart: 'unless-stopped',
    cpus: 1,
    memoryMiB: 1024,
    script: store(6379, '1:M * Ready to accept connections', ': quiet'),
  },
  {
    name: 'chromadb',
    volumes: { chromadb_data: '/chroma/chroma' },
    restart: 'unless-stopped',
    cpus: 2,
    memoryMiB: 2048,
    script: store(8000, 'Running Chroma on 0.0.0.0:8000', ': quiet'),
  },
  {
    name: 'prometheus',
    ports: ['9090:9090'],
    volumes: { prometheus_data: '/prometheus' },
    restart: 'unless-stopped',
    script: `serve 9090 &\n${every(15, ': scraping')}`,
  },
  {
    name: 'grafana',
    ports: ['3000:3000'],
    volumes: { grafana_data: '/var/lib/grafana' },
    restart: 'unless-stopped',
    cpus: 1,
    memoryMiB: 512,
    script: `serve 3000 &\n${every(15, ': serving')}`,
  },
];

export const maricusco: StackDefinition = {
  project: 'maricusco',
  network: 'maricusco-network',
  workingDir: '/srv/maricusco',
  configFile: '/srv/maricusco/docker-compose.yml',
  services: services.map((service) => ({ containerName: `maricusco-${service.name}`, ...service })),
};
