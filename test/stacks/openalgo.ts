import { every, type StackDefinition } from './stand-in.ts';

/** openalgo: one container that holds gunicorn, a WebSocket proxy and a process per strategy; logs on stderr in Indian time. */
export const openalgo: StackDefinition = {
  project: 'openalgo',
  network: 'openalgo_default',
  workingDir: '/srv/openalgo',
  configFile: '/srv/openalgo/docker-compose.yaml',
  services: [
    {
      name: 'openalgo',
      containerName: 'openalgo',
      user: '1000',
      ports: ['5000:5000', '8765:8765'],
      volumes: {
        openalgo_db: '/app/db',
        openalgo_log: '/app/log',
        openalgo_strategies: '/app/strategies',
        openalgo_keys: '/app/keys',
        openalgo_tmp: '/app/tmp',
      },
      env: { TZ: 'Asia/Kolkata', OPENBLAS_NUM_THREADS: '2', SHM_SIZE: '512m', API_KEY_PEPPER: 'not-a-secret' },
      health: 'wget -q -O /dev/null http://127.0.0.1:5000/health',
      restart: 'unless-stopped',
      shmMiB: 512,
      script: [
        `printf '{"status":"pass"}' > /tmp/www/health`,
        'serve 5000 &',
        'serve 8765 &',
        'for strategy in ema_crossover straddle; do (exec sleep 999999) & done',
        every(2, 'echo "[$(TZ=IST-5:30 date "+%Y-%m-%d %H:%M:%S"),123] INFO in orders: order $n placed" >&2'),
      ].join('\n'),
    },
  ],
};
