import type { Step } from '../../desk/advice-words.ts';
import { serviceName } from '../../desk/identity.ts';
import type { Service } from '../../desk/model.ts';

/** A step of advice as a command line, as the reader has no console open. */
export function commandFor(step: Step, service: Service): string {
  const container = service.containers[0]?.name ?? service.name;
  const name = serviceName(service);
  const names = { container, name, project: service.project ?? service.name, swarm: service.swarm?.name ?? name };
  const command = (service.swarm && OF_SWARM[step]) ?? COMMANDS[step];
  return `"${command(names)}"`;
}

/** `swarm`: a Swarm service as the manager knows it, with its stack. */
type Names = { container: string; name: string; project: string; swarm: string };

/** Its tasks may run on other nodes, and a task that was rejected never had a container. */
const OF_SWARM: Partial<Readonly<Record<Step, (names: Names) => string>>> = {
  logs: ({ swarm }) => `docker service logs --tail 100 ${swarm}`,
  'previous-logs': ({ swarm }) => `docker service logs --tail 100 ${swarm}`,
  'save-logs': ({ swarm }) => `docker service logs ${swarm} > ${swarm}.log`,
  timeline: ({ swarm }) => `docker service ps --no-trunc ${swarm}`,
  describe: ({ swarm }) => `docker service inspect --pretty ${swarm}`,
};

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
  tasks: ({ swarm }) => `docker service ps --no-trunc ${swarm}`,
  ports: () => 'docker ps',
  start: ({ name }) => `deskhand run start ${name}`,
  'start-project': ({ project }) => `deskhand run start ${project}`,
  stop: ({ name }) => `deskhand run stop ${name}`,
  restart: ({ name }) => `deskhand run restart ${name}`,
  unpause: ({ name }) => `deskhand run unpause ${name}`,
  remove: ({ name }) => `deskhand run remove ${name}`,
  up: ({ name }) => `deskhand run up ${name}`,
  'force-update': ({ name }) => `deskhand run force-update ${name}`,
  rollback: ({ name }) => `deskhand run rollback ${name}`,
  limits: ({ name }) => `deskhand run limits ${name} --memory SIZE`,
  'cpu-limit': ({ name }) => `deskhand run limits ${name} --cpus N`,
  'prune-images': () => 'deskhand run prune images',
};
