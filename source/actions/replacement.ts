import { lastingName } from '../desk/identity.ts';
import { type Fields, fields, list, strings, text, texts } from '../engine/parse/fields.ts';
import { isAnonymousVolume } from '../engine/parse/volume-name.ts';
import { type Clone, endpoints } from './clone.ts';

export type Replacing = {
  /** The container's inspect. */
  old: unknown;
  /** The inspect of the image that it runs; undefined where the engine has it no more. */
  oldImage?: unknown;
  /** Name of the new image. */
  image: string;
  /** Labels that change with the image. */
  labels?: Readonly<Record<string, string>>;
};

/**
 * A container as it is, but of another image: the same configuration, mounts (anonymous volumes, too), networks, addresses and
 * limits. What the old one only has from its image is left to the new image, as it would be with compose or `docker run`.
 */
export function replacementSpec({ old: given, oldImage, image, labels = {} }: Replacing): Clone {
  const old = fields(given);
  const id = text(old.Id);
  const host = fields(old.HostConfig);
  const mode = text(host.NetworkMode);
  const all = endpoints(old, [id.slice(0, 12)], { fixed: true });
  const first = all.find(({ network }) => network === mode);
  return {
    name: lastingName(text(old.Name).replace(/^\//, '')),
    body: {
      ...ownConfig(old, fields(fields(oldImage).Config), mode),
      Image: image,
      Labels: { ...ownLabels(old, oldImage), ...labels },
      HostConfig: withVolumes(old, host),
      ...(first === undefined ? {} : { NetworkingConfig: { EndpointsConfig: { [first.network]: first.endpoint } } }),
    },
    connect: all.filter((one) => one !== first),
  };
}

/** Fields that a container inherits from its image unless they are set. */
const FROM_IMAGE = ['WorkingDir', 'User', 'StopSignal', 'Healthcheck', 'Shell', 'OnBuild'] as const;

function ownConfig(old: Fields, image: Fields, mode: string): Fields {
  const {
    Labels: _labels,
    Image: _image,
    Hostname,
    Volumes,
    ExposedPorts,
    Env,
    Entrypoint,
    Cmd,
    ...kept
  } = fields(old.Config);
  const own = Object.fromEntries(
    Object.entries(kept).filter(([name, value]) => !FROM_IMAGE.some((one) => one === name && same(value, image[name]))),
  );
  const inherited = new Set(texts(image.Env));
  const isOwnEntrypoint = !same(Entrypoint, image.Entrypoint);
  // A container that shares a network has the host name of its owner, and may not set one.
  const hostname = Hostname === text(old.Id).slice(0, 12) || mode.startsWith('container:') ? {} : { Hostname };
  return {
    ...own,
    ...hostname,
    Env: texts(Env).filter((entry) => !inherited.has(entry)),
    ...(isOwnEntrypoint ? { Entrypoint } : {}),
    ...(isOwnEntrypoint || !same(Cmd, image.Cmd) ? { Cmd } : {}),
    ...(mode.startsWith('container:') ? {} : { ExposedPorts: without(ExposedPorts, image.ExposedPorts) }),
    Volumes: without(Volumes, image.Volumes),
  };
}

function ownLabels(old: Fields, oldImage: unknown): Readonly<Record<string, string>> {
  const inherited = strings(fields(fields(oldImage).Config).Labels);
  const { 'com.docker.compose.replace': _replace, ...labels } = strings(fields(old.Config).Labels);
  return Object.fromEntries(Object.entries(labels).filter(([name, value]) => inherited[name] !== value));
}

/** Its anonymous volumes by their names: the data goes on, as when compose recreates. */
function withVolumes(old: Fields, host: Fields): Fields {
  const { ContainerIDFile: _file, Binds, Mounts, ...kept } = host;
  const binds = texts(Binds);
  const bound = new Set(binds.map((bind) => bind.split(':')[1]));
  const anonymous = list(old.Mounts)
    .map(fields)
    .filter(
      ({ Type, Name, Destination }) =>
        Type === 'volume' && isAnonymousVolume(text(Name)) && !bound.has(text(Destination)),
    );
  const targets = new Set(anonymous.map(({ Destination }) => text(Destination)));
  return {
    ...kept,
    Binds: [
      ...binds,
      ...anonymous.map(({ Name, Destination, RW }) => `${Name}:${Destination}:${RW === false ? 'ro' : 'rw'}`),
    ],
    Mounts: list(Mounts).filter((mount) => !targets.has(text(fields(mount).Target))),
  };
}

function without(given: unknown, inherited: unknown): Fields {
  const of = fields(inherited);
  return Object.fromEntries(Object.entries(fields(given)).filter(([name]) => !(name in of)));
}

/** As the engine has it: null, absent and empty are the same. */
function same(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) => JSON.stringify(isNothing(value) ? null : value);
  return plain(a) === plain(b);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
