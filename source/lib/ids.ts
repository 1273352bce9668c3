declare const kind: unique symbol;

/**
 * A string that names one kind of thing. The compiler refuses an id of one kind where another is expected (a container's for a
 * service's). A plain string passes as any: ids come into being where the engine's answers, the settings or a prompt are read.
 */
type Id<Kind extends string> = string & { readonly [kind]?: Kind };

/** An engine's address: the name of its docker context, else its URL. Names of containers and services hold within one engine. */
export type EngineId = Id<'engine'>;

/** `compose:project/service`, `swarm:service` or `container:name`: stable over restarts and recreation. */
export type ServiceId = Id<'service'>;

/** The engine's own id of a container, in full. */
export type ContainerId = Id<'container'>;
