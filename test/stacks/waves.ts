import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Condition, StandIn } from './stand-in.ts';

/** Starts containers as compose does: each as soon as what it depends on is started, healthy or completed; not at all when that fails. */
export async function startInWaves(
  docker: Docker,
  services: readonly StandIn[],
  containers: Readonly<Record<string, Docker.Container>>,
): Promise<void> {
  const known = new Map(services.map((service) => [service.name, service]));
  const starts = new Map<string, Promise<boolean>>();

  const started = (service: StandIn): Promise<boolean> => {
    const running = starts.get(service.name) ?? start(service);
    starts.set(service.name, running);
    return running;
  };
  const start = async (service: StandIn): Promise<boolean> => {
    const met = await Promise.all(
      Object.entries(service.dependsOn ?? {}).map(async ([name, condition]) => {
        const dependency = known.get(name);
        const container = containers[name];
        if (!dependency || !container) return true;
        return (await started(dependency)) && fulfilled(docker, container, condition);
      }),
    );
    if (met.includes(false)) return false;
    for (let number = 1; number <= (service.replicas ?? 1); number++)
      await containers[number === 1 ? service.name : `${service.name}-${number}`]?.start();
    return true;
  };
  await Promise.all(services.map(started));
}

async function fulfilled(docker: Docker, container: Docker.Container, condition: Condition): Promise<boolean> {
  if (condition === 'service_started') return true;
  if (condition === 'service_completed_successfully') return (await container.wait()).StatusCode === 0;
  return await healthy(docker, container);
}

/** Waits for the first verdict of the container's health check, by the engine's events. */
async function healthy(docker: Docker, container: Docker.Container): Promise<boolean> {
  const filters = { container: [container.id], event: ['health_status', 'die'] };
  const events = (await docker.getEvents({ filters: JSON.stringify(filters) })) as Readable;
  try {
    // Subscribed first, looked at second: nothing falls between.
    const { State } = await container.inspect();
    if (State.Health?.Status === 'healthy') return true;
    if (!State.Running) return false;
    for await (const line of events) {
      const text = String(line);
      if (text.includes('health_status: healthy')) return true;
      if (text.includes('"die"') || text.includes('health_status: unhealthy')) return false;
    }
    return false;
  } finally {
    events.destroy();
  }
}
