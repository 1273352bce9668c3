import { describe, expect } from 'vitest';
import { frames } from './client.ts';
import type { Check } from './contract.ts';
import { array, CHATTER, create, field, message, run, type Subject, text } from './subject.ts';

/** Logs, stats, top and exec. */
export function streamsContract(subject: () => Subject, it: Check): void {
  describe('logs', () => {
    const logs = (id: string, query: string) => subject().client.call('GET', `/containers/${id}/logs?${query}`);
    const several = 'echo one; echo two >&2; echo three';
    const ended = async (script: string, more?: Record<string, unknown>): Promise<string> => {
      const { id } = await run(subject(), script, more);
      await subject().client.call('POST', `/containers/${id}/wait`);
      return id;
    };

    it('frames both streams, or the one that is asked for', async () => {
      const id = await ended(several);
      const both = frames((await logs(id, 'stdout=1&stderr=1')).body);
      expect(both.filter((f) => f.stream === 'stdout').map((f) => f.text)).toEqual(['one\n', 'three\n']);
      expect(both.filter((f) => f.stream === 'stderr').map((f) => f.text)).toEqual(['two\n']);
      expect(frames((await logs(id, 'stderr=1')).body)).toEqual([{ stream: 'stderr', text: 'two\n' }]);
    });

    it('wants at least one stream', async () => {
      const id = await ended(several);
      const reply = await logs(id, 'follow=0');
      expect([reply.status, message(reply)]).toEqual([
        400,
        expect.stringContaining('you must choose at least one stream'),
      ]);
    });

    it('puts a time with nine digits before each line when asked', async () => {
      const id = await ended(several);
      const found = frames((await logs(id, 'stdout=1&timestamps=1')).body);
      for (const { text: line } of found)
        expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (one|three)\n$/);
      expect(found).toHaveLength(2);
    });

    it('gives the last lines, none for 0, all for what is no number', async () => {
      const id = await ended('echo a; sleep 0.1; echo b; sleep 0.1; echo c');
      const tail = async (count: string) => frames((await logs(id, `stdout=1&tail=${count}`)).body).map((f) => f.text);
      expect(await tail('2')).toEqual(['b\n', 'c\n']);
      expect(await tail('0')).toEqual([]);
      expect(await tail('all')).toEqual(['a\n', 'b\n', 'c\n']);
      expect(await tail('nonsense')).toEqual(['a\n', 'b\n', 'c\n']);
    });

    it('gives what was said since and until a time', async () => {
      const id = await ended('echo early; sleep 0.6; echo late');
      const timed = frames((await logs(id, 'stdout=1&timestamps=1')).body).map((f) => f.text);
      const [early = 0, late = 0] = timed.map((line) => Date.parse(`${line.slice(0, 23)}Z`));
      const middle = ((early + late) / 2 / 1000).toFixed(6);
      expect(frames((await logs(id, `stdout=1&since=${middle}`)).body).map((f) => f.text)).toEqual(['late\n']);
      expect(frames((await logs(id, `stdout=1&until=${middle}`)).body).map((f) => f.text)).toEqual(['early\n']);
      const bad = await logs(id, 'stdout=1&since=nonsense');
      expect(bad.status).toBeGreaterThanOrEqual(400);
    });

    it('follows: lines come as they are said, and the stream ends with the container', async () => {
      const { id } = await run(subject(), CHATTER);
      let lines = 0;
      let stopping: Promise<unknown> | undefined;
      const path = `/containers/${id}/logs?stdout=1&stderr=1&follow=1&tail=0`;
      const following = subject().client.stream(path, (soFar) => {
        lines = frames(soFar).length;
        // Two lines may come in one piece.
        if (lines >= 4) stopping ??= subject().client.call('POST', `/containers/${id}/stop?t=2`);
        return false;
      });
      const bytes = await following;
      await stopping;
      expect(lines).toBeGreaterThanOrEqual(4);
      expect(new Set(frames(bytes).map((f) => f.text))).toEqual(new Set(['out\n', 'err\n']));
    });

    it('does not frame a terminal', async () => {
      const id = await ended('echo plain', { Tty: true });
      expect((await logs(id, 'stdout=1')).text).toBe('plain\r\n');
    });
  });

  describe('stats', () => {
    const stats = async (id: string, query: string) =>
      (await subject().client.call('GET', `/containers/${id}/stats?${query}`)).json;

    it('gives what the formulas of docker stats need', async () => {
      const { id } = await run(subject(), CHATTER, { HostConfig: { Memory: 64 * 2 ** 20 } });
      const reading = await stats(id, 'stream=0&one-shot=1');
      expect(reading).toMatchObject({
        read: expect.stringMatching(/^2/),
        preread: '0001-01-01T00:00:00Z',
        cpu_stats: {
          cpu_usage: {
            total_usage: expect.any(Number),
            usage_in_kernelmode: expect.any(Number),
            usage_in_usermode: expect.any(Number),
          },
          system_cpu_usage: expect.any(Number),
          online_cpus: expect.any(Number),
          throttling_data: {
            periods: expect.any(Number),
            throttled_periods: expect.any(Number),
            throttled_time: expect.any(Number),
          },
        },
        precpu_stats: { cpu_usage: { total_usage: 0 } },
        memory_stats: { usage: expect.any(Number), limit: 64 * 2 ** 20, stats: expect.any(Object) },
        pids_stats: { current: expect.any(Number) },
        networks: { eth0: { rx_bytes: expect.any(Number), tx_bytes: expect.any(Number) } },
        blkio_stats: expect.any(Object),
      });
      const memory = field(reading, 'memory_stats.stats');
      expect(memory).toEqual(expect.objectContaining({ inactive_file: expect.any(Number) }));
    });

    it('waits for a second reading without one-shot, so that a share can be reckoned', async () => {
      const { id } = await run(subject(), CHATTER);
      const reading = await stats(id, 'stream=0');
      const delta =
        Number(field(reading, 'cpu_stats.system_cpu_usage')) - Number(field(reading, 'precpu_stats.system_cpu_usage'));
      expect(delta).toBeGreaterThan(0);
      expect(text(field(reading, 'read')) > text(field(reading, 'preread'))).toBe(true);
    });

    it('streams readings, one object a line', async () => {
      const { id } = await run(subject(), CHATTER);
      const bytes = await subject().client.stream(
        `/containers/${id}/stats?stream=1`,
        (soFar) => soFar.toString().split('\n').length > 2,
      );
      const readings = bytes
        .toString()
        .split('\n')
        .slice(0, 2)
        .map((line): unknown => JSON.parse(line));
      expect(Number(field(readings[1], 'cpu_stats.system_cpu_usage'))).toBeGreaterThan(
        Number(field(readings[0], 'cpu_stats.system_cpu_usage')),
      );
    });

    it('is empty for what does not run', async () => {
      const { id } = await create(subject(), CHATTER);
      expect(await stats(id, 'stream=0&one-shot=1')).toMatchObject({
        read: '0001-01-01T00:00:00Z',
        memory_stats: {},
        pids_stats: {},
        cpu_stats: { cpu_usage: { total_usage: 0 } },
      });
    });
  });

  it('lists processes as ps does, with the columns that are asked for', async () => {
    const { id } = await run(subject(), CHATTER);
    const plain = (await subject().client.call('GET', `/containers/${id}/top`)).json;
    expect(field(plain, 'Titles')).toEqual(['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD']);
    const first = array(array(field(plain, 'Processes'))[0]);
    expect(first).toHaveLength(8);
    expect(first[7]).toContain('sh -c');
    const aux = (await subject().client.call('GET', `/containers/${id}/top?ps_args=aux`)).json;
    expect(field(aux, 'Titles')).toEqual([
      'USER',
      'PID',
      '%CPU',
      '%MEM',
      'VSZ',
      'RSS',
      'TTY',
      'STAT',
      'START',
      'TIME',
      'COMMAND',
    ]);
  });

  describe('exec', () => {
    const make = async (id: string, Cmd: string[], more = {}): Promise<string> => {
      const body = { Cmd, AttachStdout: true, AttachStderr: true, ...more };
      const reply = await subject().client.call('POST', `/containers/${id}/exec`, body);
      expect(reply.status).toBe(201);
      return text(field(reply.json, 'Id'));
    };

    it('runs a command, frames what it says, and tells its exit code', async () => {
      const { id } = await run(subject(), CHATTER);
      const exec = await make(id, ['sh', '-c', 'echo said; echo bad >&2; exit 3']);
      const reply = await subject().client.call('POST', `/exec/${exec}/start`, { Detach: false, Tty: false });
      expect(reply.status).toBe(200);
      const said = frames(reply.body);
      expect(said).toContainEqual({ stream: 'stdout', text: 'said\n' });
      expect(said).toContainEqual({ stream: 'stderr', text: 'bad\n' });
      const shown = await subject().client.call('GET', `/exec/${exec}/json`);
      expect(shown.json).toMatchObject({ ID: exec, Running: false, ExitCode: 3, ContainerID: id });
    });

    it('hands the connection over to a shell that reads its input', async () => {
      const { id } = await run(subject(), CHATTER);
      const exec = await make(id, ['sh'], { AttachStdin: true });
      const { head, body } = await subject().client.hijack(
        `/exec/${exec}/start`,
        { Detach: false, Tty: false },
        'echo typed\nexit 5\n',
      );
      expect(head).toMatch(/^HTTP\/1\.1 101 UPGRADED/);
      expect(frames(body)).toEqual([{ stream: 'stdout', text: 'typed\n' }]);
      const shown = await subject().client.call('GET', `/exec/${exec}/json`);
      expect(shown.json).toMatchObject({ Running: false, ExitCode: 5 });
    });

    it('knows none of that id, and wants a command', async () => {
      const none = await subject().client.call('GET', '/exec/none/json');
      expect([none.status, message(none)]).toEqual([404, 'No such exec instance: none']);
      const { id } = await run(subject(), CHATTER);
      const empty = await subject().client.call('POST', `/containers/${id}/exec`, {});
      expect([empty.status, message(empty)]).toEqual([400, 'No exec command specified']);
    });
  });
}
