import type { Step } from '../../desk/advice.ts';
import type { Service } from '../../desk/model.ts';

/** A step of advice as a command line, as the reader has no console open. */
export function commandFor(step: Step, service: Service): string {
  const container = service.containers[0]?.name ?? service.name;
  const name = service.project === undefined ? service.name : `${service.project}/${service.name}`;
  return `"${COMMANDS[step]({ container, name, project: service.project ?? service.name })}"`;
}

type Names = { container: string; name: string; project: string };

const COMMANDS: Readonly<Record<Step, (names: Names) => string>> = {
  logs: ({ container }) => `docker logs --tail 100 ${container}`,
  'previous-logs': ({ container }) => `docker logs --tail 100 ${container}`,
  'save-logs': ({ container }) => `docker logs ${container} > ${container}.log`,
  metrics: ({ container }) => `docker stats ${container}`,
  thresholds: () => 'deskhand',
  processes: ({ container }) => `docker top ${container}`,
  timeline: ({ container }) => `docker events --since 1h --until 0s --filter container=${container}`,
  describe: ({ container }) => `docker inspect ${container}`,
  containers: () => 'docker ps --all',
  ports: () => 'docker ps',
  start: ({ name }) => `deskhand run start ${name}`,
  'start-project': ({ project }) => `deskhand run start ${project}`,
  stop: ({ name }) => `deskhand run stop ${name}`,
  restart: ({ name }) => `deskhand run restart ${name}`,
  unpause: ({ name }) => `deskhand run unpause ${name}`,
  remove: ({ name }) => `deskhand run remove ${name}`,
  up: ({ name }) => `deskhand run up ${name}`,
  limits: ({ name }) => `deskhand run limits ${name} --memory SIZE`,
  'prune-images': () => 'deskhand run prune images',
};
