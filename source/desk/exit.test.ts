import { describe, expect, it } from 'vitest';
import { explainError, explainExit } from './exit.ts';

const facts = { error: '', oomKilled: false };
const exit = { at: 1, oom: false, wanted: false };

describe('an exit in words', () => {
  it.each([
    [{ ...facts, exitCode: 0 }, 'completed', 'exit 0'],
    [{ ...facts, exitCode: 1 }, 'exited', 'exit 1'],
    [{ ...facts, exitCode: 125 }, 'exited', 'exit 125, the engine could not run it'],
    [{ ...facts, exitCode: 126 }, 'cannot-start', 'exit 126, command found but not executable'],
    [{ ...facts, exitCode: 127 }, 'cannot-start', 'exit 127, command not found'],
    [{ ...facts, exitCode: 134 }, 'exited', 'exit 134, SIGABRT, aborted'],
    [{ ...facts, exitCode: 139 }, 'exited', 'exit 139, SIGSEGV, segmentation fault'],
    [{ ...facts, exitCode: 143 }, 'exited', 'exit 143, SIGTERM, asked to end'],
    [{ ...facts }, 'exited', 'exited, exit code not known'],
    [
      { ...facts, exitCode: 137, oomKilled: true, memoryLimit: 2 ** 32 },
      'oom-killed',
      'exit 137, out of memory (limit 4GiB)',
    ],
    [
      { ...facts, exitCode: 1, oomKilled: true },
      'oom-killed',
      'exit 1 after a process inside ran out of memory (no limit of its own)',
    ],
    [
      { ...facts, exitCode: 137 },
      'killed',
      'exit 137, killed: a stop that timed out or kill -9 (its events were not seen)',
    ],
    [
      { ...facts, exitCode: 137, exit },
      'killed',
      'exit 137, killed from outside Docker (kill -9 or the host ran out of memory)',
    ],
    [
      { ...facts, exitCode: 137, exit: { ...exit, wanted: true, signal: '9' } },
      'killed',
      'exit 137, killed on request (docker kill)',
    ],
    [
      {
        ...facts,
        exitCode: 137,
        stopTimeoutSeconds: 30,
        exit: { ...exit, wanted: true, signal: '9', killedAfterStop: true },
      },
      'stopped',
      'stopped; ignored the stop signal, killed after 30s (exit 137)',
    ],
    [
      { ...facts, exitCode: 143, exit: { ...exit, wanted: true, signal: '15' } },
      'stopped',
      'stopped (exit 143, SIGTERM)',
    ],
    [{ ...facts, exitCode: 0, exit: { ...exit, wanted: true } }, 'stopped', 'stopped'],
    // The flag stays from a process inside that was killed long before; the events say that this end was an ordinary one.
    [
      { ...facts, exitCode: 143, oomKilled: true },
      'exited',
      'exit 143, SIGTERM, asked to end; a process inside had been killed for memory',
    ],
    [
      { ...facts, exitCode: 130, oomKilled: true },
      'exited',
      'exit 130, SIGINT; a process inside had been killed for memory',
    ],
    [{ ...facts, exitCode: 0, oomKilled: true, exit: { ...exit, wanted: true } }, 'stopped', 'stopped'],
  ])('%j is %s: %s', (given, code, words) => {
    expect(explainExit(given)).toEqual({ code, words });
  });

  it.each([
    [
      'driver failed programming external connectivity on endpoint desk-port2 (3b5d): Bind for 127.0.0.1:18888 failed: port is already allocated',
      'port 18888 is already allocated (on 127.0.0.1)',
    ],
    [
      'failed to listen on TCP socket: listen tcp4 0.0.0.0:80: bind: address already in use',
      'port 80 is in use on the host (0.0.0.0)',
    ],
    [
      'Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available',
      'CPU limit out of range: this host has 0.01 to 2.00 CPUs',
    ],
    [
      'invalid mount config for type "bind": bind source path does not exist: /srv/models',
      'mount missing: /srv/models does not exist on the host',
    ],
    [
      'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory: unknown',
      'command not found in the image: /nope',
    ],
    [
      'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "curl": executable file not found in $PATH: unknown',
      'command not found in the image: curl',
    ],
    [
      'error mounting "/srv/config.toml" to rootfs at "/app/config.toml": mount: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?',
      'mount /srv/config.toml failed: a file where a directory is wanted, or the reverse',
    ],
    ['mkdir /var/lib/docker/overlay2/x: no space left on device', 'no space left on the disk'],
    ['something new\nunder the sun', 'something new under the sun'],
  ])('explains %s', (error, words) => {
    expect(explainError(error)).toBe(words);
    expect(explainExit({ exitCode: 128, error, oomKilled: false })).toEqual({ code: 'cannot-start', words });
  });
});
