import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** The CPUs of a list as the kernel writes it: "0-3,8". */
function cpusOf(list: string): readonly number[] {
  return list
    .trim()
    .split(',')
    .filter(Boolean)
    .flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
}

/** The CPUs on which a program may run that has no business on isolated ones; undefined where none or all of them are isolated. */
export function sharedCpus(online: string, isolated: string): string | undefined {
  const apart = new Set(cpusOf(isolated));
  const rest = cpusOf(online).filter((cpu) => !apart.has(cpu));
  return apart.size === 0 || rest.length === 0 ? undefined : rest.join(',');
}

/** Takes all threads of this process off the CPUs that the kernel isolates (isolcpus), such as those of a trading engine. */
export async function leaveIsolatedCpus(): Promise<void> {
  const read = (name: string) => readFileSync(`/sys/devices/system/cpu/${name}`, 'utf8');
  const cpus = sharedCpus(read('online'), read('isolated'));
  if (cpus) await promisify(execFile)('taskset', ['-a', '-p', '-c', cpus, String(process.pid)]);
}
