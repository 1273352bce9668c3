import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';

/** The image of all stand-ins: busybox with its links, made from the machine's own static busybox; no registry is asked. */
export const IMAGE = 'deskhand/busybox:1';

/**
 * `serve PORT`: a small HTTP server that closes every connection, as the trading engine's does. It answers
 * /tmp/www/PATH, with the status in /tmp/www/PATH.status where there is one.
 */
const SERVE = `#!/bin/sh
exec nc -ll -p "$1" -e /bin/answer
`;

const ANSWER = `#!/bin/sh
read -r method path version
while read -r line; do case "$line" in ''|$'\\r') break;; esac; done
file="/tmp/www\${path%%\\?*}"
status='200 OK'
[ -f "$file" ] || { status='404 Not Found'; file=/dev/null; }
[ -f "$file.status" ] && status=$(cat "$file.status")
printf 'HTTP/1.1 %s\\r\\nContent-Type: text/plain\\r\\nConnection: close\\r\\n\\r\\n' "$status"
cat "$file"
`;

const PASSWD = 'root:x:0:0:root:/:/bin/sh\ntrader:x:1000:1000:trader:/tmp:/bin/sh\n';
const GROUP = 'root:x:0:\ntrader:x:1000:\n';

/** Imports the image through the engine's API unless the engine has it already; answers its id. */
export async function buildImage(docker: Docker): Promise<string> {
  const busybox = findBusybox();
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  const content = createHash('sha256')
    .update([SERVE, ANSWER, PASSWD, ...applets].join('\0'))
    .digest('hex');
  const present = await docker
    .getImage(IMAGE)
    .inspect()
    .catch(() => undefined);
  if (present?.Config?.Labels?.['deskhand.content'] === content) return present.Id;

  const root = mkdtempSync(join(tmpdir(), 'deskhand-image-'));
  try {
    layOut(root, busybox, applets);
    await importTree(docker, root, content);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return (await docker.getImage(IMAGE).inspect()).Id;
}

function findBusybox(): string {
  const found = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
  if (!found) throw new Error('no /bin/busybox to make the test image of: apt-get install busybox-static');
  return found;
}

function layOut(root: string, busybox: string, applets: readonly string[]): void {
  for (const directory of ['bin', 'etc', 'tmp', 'tmp/www', 'root', 'proc', 'sys', 'dev'])
    mkdirSync(join(root, directory));
  copyFileSync(busybox, join(root, 'bin/busybox'));
  for (const applet of applets) if (applet !== 'busybox') symlinkSync('busybox', join(root, 'bin', applet));
  for (const [name, script] of [
    ['serve', SERVE],
    ['answer', ANSWER],
  ] as const) {
    writeFileSync(join(root, 'bin', name), script);
    chmodSync(join(root, 'bin', name), 0o755);
  }
  writeFileSync(join(root, 'etc/passwd'), PASSWD);
  writeFileSync(join(root, 'etc/group'), GROUP);
  for (const directory of ['tmp', 'tmp/www']) chmodSync(join(root, directory), 0o1777);
}

async function importTree(docker: Docker, root: string, content: string): Promise<void> {
  const tar = spawn('tar', ['-C', root, '--owner=0', '--group=0', '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [repo = '', tag = ''] = IMAGE.split(':');
  const changes = [`LABEL deskhand.content=${content}`, 'ENV PATH=/bin', 'CMD ["sh"]'];
  const answer = await docker.importImage(tar.stdout, { repo, tag, changes });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(answer, (error) => (error ? reject(error) : resolve()));
  });
  // podman 4 imports without the tag.
  const untagged = docker.getImage(`${repo}:latest`);
  if (await untagged.inspect().catch(() => undefined)) {
    await untagged.tag({ repo, tag });
    await untagged.remove();
  }
}
