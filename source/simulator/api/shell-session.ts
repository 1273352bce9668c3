import type { Readable } from 'node:stream';
import { runInside } from '../world/shell.ts';
import type { Container, Exec } from '../world/types.ts';
import { advance } from '../world/world.ts';
import type { Call } from './call.ts';
import { frame, type Sink } from './sink.ts';

/** An interactive shell: a prompt, echo and a little line editing with a TTY; plain lines without one. */
export function converse(
  call: Call,
  container: Container,
  exec: Exec,
  sink: Sink,
  done: (exitCode: number) => void,
): void {
  const input: Readable = call.socket ?? call.request;
  const session = { line: '', exitCode: 0 };
  const show = (text: string): void => {
    if (!sink.closed()) sink.write(exec.tty ? text.replace(/\r?\n/g, '\r\n') : frame('stdout', text));
  };
  const prompt = (): void => {
    if (exec.tty) show(`${container.config.WorkingDir || '/'} # `);
  };
  const enter = (): boolean => {
    const text = session.line.trim();
    session.line = '';
    const exit = /^exit(?:\s+(\d+))?$/.exec(text);
    if (exit) {
      done(Number(exit[1] ?? session.exitCode));
      return false;
    }
    if (text !== '') {
      advance(call.world, call.clock.now());
      const outcome = runInside(call.world, container, ['sh', '-c', text]);
      session.exitCode = outcome.exitCode;
      show(outcome.output + (outcome.errors ?? ''));
    }
    prompt();
    return true;
  };
  const erase = (): void => {
    if (session.line !== '' && exec.tty) show('\b \b');
    session.line = session.line.slice(0, -1);
  };
  const interrupt = (): void => {
    session.line = '';
    show('^C\n');
    prompt();
  };
  const write = (char: string): void => {
    session.line += char;
    if (exec.tty) show(char);
  };
  /** False when the session is over. */
  const key = (char: string): boolean => {
    if (char === '\r' || char === '\n') {
      if (exec.tty) show('\n');
      return enter();
    }
    if (char === '\x04' && session.line === '') {
      done(session.exitCode);
      return false;
    }
    if (char === '\x03') interrupt();
    else if (char === '\x7f' || char === '\b') erase();
    else if (char >= ' ') write(char);
    return true;
  };
  const decoder = new TextDecoder();
  input.on('data', (chunk: Buffer) => {
    for (const char of decoder.decode(chunk, { stream: true })) if (exec.running && !key(char)) return;
  });
  input.on('end', () => {
    if (session.line !== '') enter();
    done(session.exitCode);
  });
  input.on('close', () => done(session.exitCode));
  prompt();
}
