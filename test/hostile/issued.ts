import type { Random } from '../../source/simulator/world/random.ts';

/** Random ids that are none of anybody's business to hide, and random secrets that are. */

const HEX = '0123456789abcdef';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const BASE62 = `${DIGITS}${LOWER}${LOWER.toUpperCase()}`;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

function text(random: Random, alphabet: string, length: number): string {
  return Array.from({ length }, () => pick(random, [...alphabet])).join('');
}

type Maker = (random: Random) => string;

const hex =
  (length: number): Maker =>
  (random) =>
    text(random, HEX, length);
const uuid: Maker = (r) => `${hex(8)(r)}-${hex(4)(r)}-4${hex(3)(r)}-a${hex(3)(r)}-${hex(12)(r)}`;
const ulid: Maker = (r) => `0${text(r, '1234567', 1)}${text(r, CROCKFORD, 24)}`;

const IDS: readonly (readonly [Maker, readonly string[]])[] = [
  [
    (r) => text(r, BASE62, pick(r, [6, 8, 10, 12])),
    [
      'open /tmp/desk-compose-@: no such file',
      'using /tmp/tmp.@/out',
      'mktemp: /var/tmp/build.@.lock',
      'cd /home/ops/@',
    ],
  ],
  [
    hex(64),
    [
      'image sha256:@ pulled',
      'container @ died (exit 1)',
      '/var/lib/docker/overlay2/@/merged',
      '/var/lib/docker/overlay2/@-init/diff',
      'GET /containers/@/json 404',
      'registry.example.com/desk/engine@sha256:@',
      '/var/lib/docker/containers/@/@-json.log',
    ],
  ],
  [
    hex(40),
    [
      'commit @ deployed',
      'https://github.com/acme/desk/commit/@',
      'ETag: W/"@"',
      'HEAD is now at @ fix the feed',
      '.git/objects/@',
    ],
  ],
  [hex(12), ['container @ started', 'docker exec @ sh', '/var/run/docker/netns/@', 'worker-@']],
  [
    hex(32),
    [
      'trace_id=@',
      'GET /traces/@ 200',
      '{"traceId":"@","level":"info"}',
      'https://sentry.example.com/issues/1/events/@/',
    ],
  ],
  [
    uuid,
    [
      'order @ filled',
      'GET /orders/@ 200',
      'x-request-id: @',
      '{"requestId":"@"}',
      'order-@ rejected',
      'https://api.example.com/jobs/@',
    ],
  ],
  [ulid, ['order @ filled', 'GET /fills/@ 200', 'https://api.example.com/v2/orders/@/fills', 'key=@ cached']],
  [
    (r) => text(r, LOWER + DIGITS, 10),
    ['pod engine-@-x2k9q evicted', 'http://engine-@-x2k9q.desk.svc:8080/health', 'job nightly-@ done'],
  ],
  [
    (r) => text(r, DIGITS, 19),
    ['orderId=@', 'GET /orders/@ 200', 'clientOrderId=x-A6SIDXVS@ status=FILLED', 'offset @ committed'],
  ],
  [
    (r) => text(r, BASE62, 8),
    [
      'GET /assets/index-@.js 200',
      'https://cdn.example.com/assets/vendor-react-18.@.js',
      '/app/dist/server.@.js:12:34',
    ],
  ],
  [(r) => `${text(r, `${BASE62}+/`, 86)}==`, ['integrity sha512-@', '"integrity": "sha512-@",']],
  [(r) => text(r, BASE62, 43), ['256 SHA256:@ ops\u0000vm (ED25519)', 'host key SHA256:@ accepted']],
  [(r) => `0x${text(r, HEX, 64)}`, ['tx @ mined in block 18234567', 'https://etherscan.io/tx/@', 'GET /tx/@ 200']],
  [(r) => `0x${text(r, HEX, 40)}`, ['wallet @ balance 1.5 ETH', 'https://etherscan.io/address/@']],
  [
    (r) => `2026${text(r, '01', 2)}15T${text(r, '012345', 6)}Z`,
    ['s3 put key=backups/desk-@.tar.zst', 'GET /backups/pg_basebackup_@.tar.gz 200'],
  ],
];

/** A template with `@` filled in; a NUL stands for the @ of an address. */
function filled(template: string, make: () => string): string {
  return template.replaceAll('@', make).replaceAll('\u0000', '@');
}

/** Lines with ids as programs, engines and exchanges write them. */
export function harmlessIds(random: Random, count: number): string[] {
  return Array.from({ length: count }, () => {
    const [make, templates] = pick(random, IDS);
    return filled(pick(random, templates), () => make(random));
  });
}

const base64url: Maker = (r) => text(r, `${BASE62}-_`, pick(r, [32, 40, 43, 48, 64]));
const base62 =
  (length: number): Maker =>
  (r) =>
    text(r, BASE62, length);

/** A maker and where its secrets stand. */
const SECRETS: readonly (readonly [Maker, readonly string[]])[] = [
  [
    base64url,
    [
      'BROKER_API_KEY=@',
      'api_secret: @',
      '{"apiSecret":"@","symbol":"ES"}',
      'Authorization: Bearer @',
      'connect wss://stream.example.com:9443/ws/@ failed',
      'POST https://rpc.example.com/v2/@ 429',
      'GET /private?signature=@ 401',
      "headers={'X-MBX-APIKEY': '@'}",
      'config{Exchange:binance APIKey:@}',
      'token=@ refused',
      'login with password=@ failed',
      'export KRAKEN_SECRET="@"',
    ],
  ],
  [hex(64), ['loaded private key 0x@', 'PRIVATE_KEY=@', 'HMAC_SECRET=@', 'GET /order?timestamp=1&signature=@']],
  [hex(32), ['rpc https://mainnet.infura.io/v3/@ answered 429', 'INFURA_KEY=@', 'X-API-KEY: @']],
  [base62(64), ['GET /stream/@ 401', '{"listenKey":"@"}', 'listen key @ expired', 'wss://stream.example.com/ws/@']],
  [(r) => `ghp_${base62(36)(r)}`, ['push with @', 'https://@\u0000github.com/acme/desk', 'git: @ denied']],
  [(r) => `sk_live_${base62(24)(r)}`, ['stripe @', 'key is @']],
  [(r) => `AKIA${text(r, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`, ['aws id @', 'AccessKeyId=@']],
  [
    (r) => `${text(r, '123456789', 9)}:AA${text(r, `${BASE62}-_`, 33)}`,
    ['GET /bot@/getMe', 'telebot: @ is revoked', 'https://api.telegram.org/bot@/sendMessage'],
  ],
  [
    (r) => `eyJhbGciOiJIUzI1NiJ9.eyJ${base64url(r)}.${base64url(r)}`,
    ['session @', 'Cookie: session=@', '{"token":"@"}', 'jwt @ expired'],
  ],
  [
    (r) => `${text(r, `${BASE62}!@#%`, 14)}`.replaceAll('@', 'x'),
    ['postgresql://trader:@\u0000db:5432/desk', 'DB_PASSWORD=@', 'redis-cli: requirepass=@', 'mysql://root:@\u0000h/x'],
  ],
  [base62(43), ['https://discord.com/api/webhooks/123456789012345678/@', 'https://hooks.slack.com/services/T0/B0/@']],
];

/** Lines with a secret in each, as people and programs leave them there. */
export function issuedSecrets(random: Random, count: number): { line: string; secret: string }[] {
  return Array.from({ length: count }, () => {
    const [make, templates] = pick(random, SECRETS);
    const secret = make(random);
    // A NUL stands for the @ of an address.
    const line = pick(random, templates)
      .replaceAll('@', () => secret)
      .replaceAll('\u0000', '@');
    return { line, secret };
  });
}
