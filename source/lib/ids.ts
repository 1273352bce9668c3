declare const kind: unique symbol;

/** A string that identifies one kind of thing: neither a plain string nor an id of another kind can take its place. */
type Id<Kind extends string> = string & { readonly [kind]: Kind };

/** An engine's address: the name of its docker context, else its URL. Names of containers and services are unique only within one engine. */
export type EngineId = Id<'engine'>;

/** `compose:project/service`, `swarm:service` or `container:name`: stable over restarts and recreation. */
export type ServiceId = Id<'service'>;

/** The engine's full id of a container. */
export type ContainerId = Id<'container'>;

/** At the border, where an endpoint is resolved: the only way from text to an EngineId. */
export const engineId = (text: string): EngineId => text as EngineId;

/** At the border, where the labels of a container or the objects of a Swarm are read: the only way from text to a ServiceId. */
export const serviceId = (text: string): ServiceId => text as ServiceId;

/** At the border, where the engine's answers and events are parsed: the only way from text to a ContainerId. */
export const containerId = (text: string): ContainerId => text as ContainerId;
