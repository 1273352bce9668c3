import type { Container, Volume } from './types.ts';

/** Contents of the simulated volumes: a few files for each program, always the same. */

type FileTree = Readonly<Record<string, string>>;

const POSTGRES: FileTree = {
  PG_VERSION: '15\n',
  'postgresql.conf': "listen_addresses = '*'\nmax_connections = 100\nshared_buffers = 128MB\n",
  'pg_hba.conf': 'host all all all scram-sha-256\n',
  'base/1/1259': 'relation '.repeat(900),
  'base/16384/2619': 'statistics '.repeat(1500),
  'pg_wal/000000010000000000000001': 'wal '.repeat(4000),
};
const REDIS: FileTree = {
  'dump.rdb': `REDIS0011${'key '.repeat(2000)}`,
  'appendonlydir/appendonly.aof.1.incr.aof': '*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n'.repeat(40),
};
const OTHER: FileTree = {
  'README.txt': 'Simulated data: nothing here is real.\n',
  'data/orders.csv': 'time,symbol,side,quantity\n09:15:00,BTCUSD,buy,1\n',
};

/** By relative path. */
export function filesOf({ name }: Volume, container: Container): FileTree {
  if (/postgres|timescale/.test(container.config.Image)) return POSTGRES;
  return /redis/.test(`${container.config.Image} ${name}`) ? REDIS : OTHER;
}

const BLOCK = 512;

/**
 * A tar (POSIX ustar) of a directory's files, or of one file; undefined if there is nothing at the path. `inside`: the entries
 * of a directory begin with `./`, as for `/data/.`.
 */
export function tarOf(tree: FileTree, path: string, modified: number): Buffer | undefined {
  const inside = /(^|\/)\.$/.test(path);
  const wanted = path.replace(/\/?\.?$/, '').replace(/^\/+/, '');
  const file = tree[wanted];
  if (file !== undefined && !inside) return Buffer.concat([...entry(base(wanted), file, modified), END]);
  const prefix = wanted === '' ? '' : `${wanted}/`;
  const found = Object.entries(tree).filter(([name]) => name.startsWith(prefix));
  if (found.length === 0) return undefined;
  const root = inside ? './' : `${base(wanted) || '.'}/`;
  const parts = [...entry(root, undefined, modified)];
  const made = new Set<string>();
  for (const [name, text] of found) {
    const own = name.slice(prefix.length);
    own
      .split('/')
      .slice(0, -1)
      .forEach((_, index, all) => {
        const directory = `${root}${all.slice(0, index + 1).join('/')}/`;
        if (made.has(directory)) return;
        made.add(directory);
        parts.push(...entry(directory, undefined, modified));
      });
    parts.push(...entry(`${root}${own}`, text, modified));
  }
  return Buffer.concat([...parts, END]);
}

const END = Buffer.alloc(2 * BLOCK);

function base(path: string): string {
  return path.split('/').at(-1) ?? '';
}

/** Header and content; a directory has none. */
function entry(name: string, text: string | undefined, modified: number): Buffer[] {
  const content = Buffer.from(text ?? '');
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(text === undefined ? 0o755 : 0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(content.length, 12), 124);
  header.write(octal(Math.floor(modified / 1000), 12), 136);
  header.write('        ', 148);
  header.write(text === undefined ? '5' : '0', 156);
  header.write('ustar\x0000', 257);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}
