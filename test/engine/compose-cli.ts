import { spawnSync } from 'node:child_process';

/** The compose CLI is on this machine. */
export const hasCompose = ['docker compose', 'docker-compose'].some((program) => {
  const [command = '', ...words] = program.split(' ');
  return spawnSync(command, [...words, 'version']).status === 0;
});
