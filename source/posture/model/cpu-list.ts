/** The CPUs of a kernel list such as `0-3,8` (Documentation/admin-guide/cputopology); what cannot be read is left out. */
export function cpuList(text: string): readonly number[] {
  const cpus = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last = first] = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part) ?? [];
    if (first === undefined || last === undefined) continue;
    for (let cpu = Number(first); cpu <= Math.min(Number(last), 4095); cpu += 1) cpus.add(cpu);
  }
  return [...cpus];
}
