import { every, type StackDefinition, store } from './stand-in.ts';

/** trading: the article's stack, without health checks, restart policies or limits; and one container of no project beside it. */

const STARTED = { db: 'service_started', cache: 'service_started' } as const;
const ENV = { DATABASE_URL: 'postgresql://trader:trader@db:5432/trading', REDIS_URL: 'redis://cache:6379' };

export const trading: StackDefinition = {
  project: 'trading',
  network: 'trading_default',
  workingDir: '/srv/trading',
  configFile: '/srv/trading/docker-compose.yml',
  services: [
    {
      name: 'api',
      ports: ['8000:8000'],
      dependsOn: STARTED,
      env: ENV,
      script: `serve 8000 &\necho "INFO:     Uvicorn running on http://0.0.0.0:8000"\n${every(
        2,
        'echo "INFO:     10.0.0.$((n % 250)):40000 - GET /orders HTTP/1.1 200 OK"',
      )}`,
    },
    {
      name: 'db',
      ports: ['5432:5432'],
      volumes: { pgdata: '/var/lib/postgresql/data' },
      env: { POSTGRES_USER: 'trader', POSTGRES_PASSWORD: 'trader' },
      script: store(5432, 'LOG:  database system is ready to accept connections', ': quiet'),
    },
    {
      name: 'cache',
      ports: ['6379:6379'],
      script: store(6379, '1:M * Ready to accept connections', 'echo "1:M * DB saved on disk"'),
    },
    { name: 'worker', dependsOn: STARTED, env: ENV, script: every(2, 'echo "[worker] task $n done" >&2') },
    {
      name: 'trading-api',
      containerName: 'trading-api',
      loose: true,
      ports: ['8000:8000'],
      script: `serve 8000 &\n${every(5, 'echo "trading-api alive $n"')}`,
    },
  ],
};
