import { OPENALGO_APP } from '../programs/openalgo.ts';
import { DAY, HOUR } from '../world/time.ts';
import { check, GB, MB, type Project } from './compose.ts';

/** One container with three programs in it: gunicorn, the WebSocket proxy and the users' strategies. */
export const OPENALGO_STACK: Project = {
  name: 'openalgo',
  directory: '/opt/openalgo',
  network: 'default',
  volumes: {
    openalgo_db: 890 * MB,
    openalgo_log: 2.1 * GB,
    openalgo_strategies: 3 * MB,
    openalgo_keys: 0.1 * MB,
    openalgo_tmp: 140 * MB,
  },
  age: 11 * DAY + 7 * HOUR,
  services: [
    {
      service: 'openalgo',
      container: 'openalgo',
      image: 'openalgo:latest',
      size: 1_870 * MB,
      program: OPENALGO_APP,
      user: 'appuser',
      workingDir: '/app',
      command: ['/app/start.sh'],
      ports: ['5000:5000', '8765:8765', '5555'],
      mounts: [
        'openalgo_db:/app/db',
        'openalgo_log:/app/log',
        'openalgo_strategies:/app/strategies',
        'openalgo_keys:/app/keys',
        'openalgo_tmp:/app/tmp',
        './.env:/app/.env:ro',
      ],
      env: {
        FLASK_ENV: 'production',
        FLASK_DEBUG: '0',
        APP_MODE: 'standalone',
        TZ: 'Asia/Kolkata',
        OPENBLAS_NUM_THREADS: '2',
        OMP_NUM_THREADS: '2',
        MKL_NUM_THREADS: '2',
        NUMEXPR_NUM_THREADS: '2',
        NUMBA_NUM_THREADS: '2',
        STRATEGY_MEMORY_LIMIT_MB: '512',
        SHM_SIZE: '512m',
        BROKER_API_SECRET: 'zr8s2k1q0vmh4c7x9w3e',
        APP_KEY: '3daa0403ce2501ee7432b75bf100048e3cf510d63d2754f952e93d88bf07ea84',
      },
      health: check(['CMD', 'curl', '-f', 'http://127.0.0.1:5000/health'], 30, 10, 3, 40),
      restart: 'unless-stopped',
      shm: 512 * MB,
    },
  ],
};
