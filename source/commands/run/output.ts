import type { OutputSink } from '../../actions/action.ts';
import { maskText } from '../../lib/secrets.ts';

/** Characters that are kept for the report. */
const KEPT = 1024 * 1024;

/** What programs say, line by line, secrets masked: printed at once, or kept for the report where `print` is undefined. */
export function collectOutput(print?: (text: string) => void): { add: OutputSink; end(): void; text(): string } {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const open = { stdout: '', stderr: '' };
  let kept = '';
  const say = (text: string) => {
    const masked = maskText(text);
    if (print) print(masked);
    else if (kept.length < KEPT) kept += masked;
  };
  return {
    add(stream, bytes) {
      const lines = (open[stream] + decoders[stream].decode(bytes, { stream: true })).split('\n');
      open[stream] = lines.pop() ?? '';
      if (lines.length > 0) say(`${lines.join('\n')}\n`);
    },
    end() {
      for (const stream of ['stdout', 'stderr'] as const) if (open[stream] !== '') say(`${open[stream]}\n`);
    },
    text: () => kept,
  };
}
