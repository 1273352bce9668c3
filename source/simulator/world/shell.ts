import { plainScript } from './script.ts';
import { SERVER_COMMANDS } from './servers.ts';
import { HOUR, SECOND } from './time.ts';
import type { Container, HttpAnswer, Outcome, World } from './types.ts';
import { containerNamed, isRunning } from './world.ts';

/**
 * Commands inside a container (exec, health checks), answered from the simulation's state: enough of a shell for one line of
 * `sh -c`, and the tools that operators and health checks use. Unknown commands fail as the engine fails them.
 */
export function runInside(world: World, container: Container, argv: readonly string[]): Outcome {
  const own = container.program.answer?.(argv, container, world);
  if (own) return own;
  const [command = ''] = argv;
  const name = command.split('/').at(-1) ?? '';
  if (['sh', 'bash', 'ash'].includes(name)) {
    const at = argv.findIndex((word) => /^-\w*c$/.test(word)) + 1;
    const script = plainScript(argv[at] ?? '', argv.slice(at + 1));
    return at > 0 && script ? runScript(world, container, script) : done('');
  }
  const known = COMMANDS[name] ?? SERVER_COMMANDS[name];
  if (known) return known(argv.slice(1), container, world) ?? missing(command);
  const text = `OCI runtime exec failed: exec failed: unable to start container process: exec: "${command}"`;
  return { exitCode: 127, output: `${text}: executable file not found in $PATH: unknown\r\n` };
}

function runScript(world: World, container: Container, script: string): Outcome {
  const result: Required<Omit<Outcome, 'signal'>> & Pick<Outcome, 'signal'> = {
    exitCode: 0,
    output: '',
    errors: '',
    ms: 0,
  };
  let joint = ';';
  for (const text of script.split(/(&&|\|\||;|\n)/).map((part) => part.trim())) {
    if (text === '&&' || text === '||' || text === ';') joint = text;
    if (text === '' || text === joint || !applies(joint, result.exitCode)) continue;
    const exit = /^exit(?:\s+(\d+))?$/.exec(text);
    if (exit) return { ...result, exitCode: Number(exit[1] ?? result.exitCode) };
    const { exitCode, output, errors, ms, signal } = redirected(text, runSimple(world, container, text));
    Object.assign(result, { exitCode, signal });
    result.output += output;
    result.errors += errors;
    result.ms += ms ?? 5;
  }
  return result;
}

function applies(joint: string, exitCode: number): boolean {
  return joint === ';' || (joint === '&&') === (exitCode === 0);
}

function redirected(text: string, outcome: Outcome): Outcome & { errors: string } {
  const { output, errors = '' } = outcome;
  const quiet = /(^|\s)>\s*\/dev\/null/.test(text);
  const merged = text.includes('2>&1');
  const silent = merged || /2>\s*\/dev\/null/.test(text);
  return { ...outcome, output: quiet ? '' : output + (merged ? errors : ''), errors: silent ? '' : errors };
}

function runSimple(world: World, container: Container, text: string): Outcome {
  const [first = '', ...filters] = text.replace(/\d?>+\s*(&\d|\S+)/g, '').split('|');
  const words = wordsOf(expand(container, first));
  const [command = ''] = words;
  const name = command.split('/').at(-1) ?? '';
  const own = container.program.answer?.(words, container, world);
  const known = COMMANDS[name] ?? SERVER_COMMANDS[name];
  const outcome = own ?? known?.(words.slice(1), container, world) ?? missing(command);
  if (text.includes('>&2')) return { ...outcome, output: '', errors: outcome.output };
  return filters.reduce(applyFilter, outcome);
}

/** `| grep word` and `| head -n`: what health checks pipe into. */
function applyFilter(outcome: Outcome, filter: string): Outcome {
  const [name, ...args] = wordsOf(filter);
  const lines = outcome.output.split('\n').filter((line) => line !== '');
  if (name === 'grep') {
    const wanted = args.filter((arg) => !arg.startsWith('-')).at(-1) ?? '';
    const kept = lines.filter((line) => line.toLowerCase().includes(wanted.toLowerCase()));
    return { ...outcome, exitCode: kept.length > 0 ? 0 : 1, output: kept.length > 0 ? `${kept.join('\n')}\n` : '' };
  }
  if (name === 'head')
    return {
      ...outcome,
      output: lines
        .slice(0, 10)
        .map((line) => `${line}\n`)
        .join(''),
    };
  if (name === 'wc') return { ...outcome, output: `${lines.length}\n` };
  return outcome;
}

function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
}

/** $NAME, ${NAME} and ${NAME:-default} from the container's environment. */
function expand(container: Container, text: string): string {
  return text.replace(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (_, braced?: string, standard?: string, plain?: string) => {
      const prefix = `${braced ?? plain}=`;
      return container.config.Env.find((entry) => entry.startsWith(prefix))?.slice(prefix.length) ?? standard ?? '';
    },
  );
}

function missing(command: string): Outcome {
  return { exitCode: 127, output: '', errors: `/bin/sh: 1: ${command}: not found\n`, ms: 3 };
}

function done(output: string): Outcome {
  return { exitCode: 0, output, ms: 5 };
}

type Command = (args: readonly string[], container: Container, world: World) => Outcome | undefined;

const COMMANDS: Readonly<Record<string, Command>> = {
  echo: (args) => done(`${args.join(' ')}\n`),
  true: () => done(''),
  false: () => ({ exitCode: 1, output: '' }),
  sleep: (args) => ({ exitCode: 0, output: '', ms: Number(args[0] ?? 0) * SECOND }),
  trap: () => done(''),
  kill: ([number = '']) => ({ ...done(''), signal: Number(number.replace(/\D/g, '')) }),
  cd: () => done(''),
  pwd: (_, container) => done(`${container.config.WorkingDir || '/'}\n`),
  command: () => done('/usr/bin/curl\n'),
  hostname: (_, container) => done(`${container.config.Hostname}\n`),
  whoami: (_, container) => done(`${container.config.User || 'root'}\n`),
  id: (_, container) =>
    done(container.config.User ? 'uid=1000 gid=1000 groups=1000\n' : 'uid=0(root) gid=0(root) groups=0(root)\n'),
  env: (_, container) => done(`${container.config.Env.join('\n')}\n`),
  date: (_, __, world) => done(`${new Date(world.now).toUTCString()}\n`),
  uptime: (_, __, world) =>
    done(` up ${Math.floor((world.now - world.host.bootedAt) / HOUR)} hours, load average: 1.42, 1.31, 1.20\n`),
  ls: (_, container) =>
    done(container.config.WorkingDir === '/app' ? 'app\nconfig.toml\ndata\nlogs\n' : 'bin\netc\nhome\ntmp\nusr\nvar\n'),
  cat: (args) =>
    args[0] === '/etc/os-release'
      ? done('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n')
      : { exitCode: 1, output: '', errors: `cat: can't open '${args[0]}': No such file or directory\n` },
  df: (_, __, world) => {
    const used = world.faults.has('disk-full') ? 100 : 46;
    const blocks = Math.floor(world.host.disk / 1024);
    const taken = Math.floor((blocks * used) / 100);
    return done(
      `Filesystem     1K-blocks      Used Available Use% Mounted on\noverlay        ${blocks} ${taken} ${blocks - taken}  ${used}% /\n`,
    );
  },
  ps: (_, container) => {
    const rows = container.program
      .processes(container)
      .map((p, i) => `    ${i + 1} ${p.user ?? container.program.user}  0:0${i} ${p.command}`);
    return done(`PID   USER     TIME  COMMAND\n${rows.join('\n')}\n`);
  },
  curl,
  wget: (args, container, world) => {
    const outcome = curl(['-f', ...args.filter((arg) => !arg.startsWith('-') || arg === '--spider')], container, world);
    if (outcome.exitCode === 0) return outcome;
    const reason =
      outcome.exitCode === 22
        ? 'server returned error: HTTP/1.1 503 Service Unavailable'
        : "can't connect to remote host: Connection refused";
    return { ...outcome, exitCode: 1, errors: `wget: ${reason}\n` };
  },
  ping: (args, container, world) => {
    const host = args.filter((arg) => !arg.startsWith('-') && !/^\d+$/.test(arg)).at(-1) ?? '';
    const peer = peerOf(world, container, host);
    if (!peer) return { exitCode: 1, output: '', errors: `ping: bad address '${host}'\n` };
    return done(`64 bytes from ${host}: seq=0 ttl=64 time=0.071 ms\n`);
  },
};

/** The container that a host name resolves to from inside this one: itself, or one on a shared network by name or alias. */
export function peerOf(world: World, container: Container, host: string): Container | undefined {
  if (['localhost', '127.0.0.1', container.name, container.config.Hostname].includes(host)) return container;
  const named = containerNamed(world, host);
  for (const [network] of container.endpoints) {
    if (named?.endpoints.has(network)) return named;
    for (const other of world.containers.values()) {
      if (other.endpoints.get(network)?.aliases.includes(host)) return other;
    }
  }
  return undefined;
}

function curl(args: readonly string[], container: Container, world: World): Outcome {
  const target = /^(?:https?:\/\/)?([\w.-]+)(?::(\d+))?(\/\S*)?$/.exec(
    args.filter((arg) => !arg.startsWith('-')).at(-1) ?? '',
  );
  const [, host = '', port = '80', path = '/'] = target ?? [];
  const peer = peerOf(world, container, host);
  if (!peer) return { exitCode: 6, output: '', errors: `curl: (6) Could not resolve host: ${host}\n`, ms: 12 };
  const answer: HttpAnswer | undefined = isRunning(peer)
    ? peer.program.http?.({ path, port: Number(port) }, peer, world)
    : undefined;
  if (!answer) {
    const errors = `curl: (7) Failed to connect to ${host} port ${port} after 0 ms: Couldn't connect to server\n`;
    return { exitCode: 7, output: '', errors, ms: 8 };
  }
  const strict = args.some((arg) => /^-\w*f/.test(arg) || arg === '--fail');
  const ms = (answer.ms ?? 6) + 30;
  if (answer.status < 400 || !strict) return { exitCode: 0, output: args.includes('--spider') ? '' : answer.body, ms };
  return { exitCode: 22, output: '', errors: `curl: (22) The requested URL returned error: ${answer.status}\n`, ms };
}
