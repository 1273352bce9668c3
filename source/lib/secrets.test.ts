import { describe, expect, it } from 'vitest';
import {
  isSecretName,
  maskCommand,
  maskCommandLine,
  maskEnv,
  maskLabels,
  maskSecrets,
  maskText,
  maskValue,
} from './secrets.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0cmFkZXIifQ.c2lnbmF0dXJl';
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----';
/** Put together here, so that no scanner takes the test for a leak. */
const issued = (prefix: string) => `${prefix}${'a1B2c3D4'.repeat(6).slice(0, 36)}`;

describe('names that indicate a secret', () => {
  it.each([
    ['POSTGRES_PASSWORD', 'MYSQL_ROOT_PASSWORD', 'PGPASSWORD', 'DB_PASS', 'DB_PWD', 'SMTP_PASSWD'],
    ['APP_KEY', 'API_KEY_PEPPER', 'BROKER_API_KEY', 'BROKER_API_SECRET', 'SECRET_KEY_BASE', 'FERNET_KEY'],
    ['AWS_SECRET_ACCESS_KEY', 'JWT_SECRET', 'GITHUB_TOKEN', 'TELEGRAM_BOT_TOKEN', 'REDISCLI_AUTH', 'MINIO_ACCESS_KEY'],
    [
      'GF_SECURITY_ADMIN_PASSWORD',
      'CHROMA_SERVER_AUTH_CREDENTIALS',
      'dbPassword',
      'apiKey',
      '--api-key',
      'requirepass',
    ],
  ])('masks %s, %s, %s, %s, %s and %s', (...names) => {
    for (const name of names) expect(maskEnv([`${name}=Hunter2!x`])).toEqual([`${name}=********`]);
  });

  it.each([
    'PATH=/usr/local/bin:/usr/bin',
    'PWD=/app',
    'OLDPWD=/',
    'KEYBOARD_LAYOUT=us',
    'MONKEY_MODE=chaos',
    'TOKENIZERS_PARALLELISM=false',
    'MAX_TOKENS=4096',
    'ACCESS_TOKEN_EXPIRE_MINUTES=30',
    'POSTGRES_PASSWORD_FILE=/run/secrets/postgres',
    'POSTGRES_HOST_AUTH_METHOD=trust',
    'POSTGRES_USER=exness',
    'JWT_ALGORITHM=HS256',
    'GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568',
    'SSH_PUBLIC_KEY=ssh-ed25519 AAAAC3Nz',
    'SSH_AUTH_SOCK=/run/ssh-agent',
    'CACHE_KEY=orders',
    'GF_AUTH_ANONYMOUS_ENABLED=true',
    'ENABLE_AUTH=true',
    'DB_PASSWORD=',
    'AUTHOR=Ada',
    'COMPASS=north',
    'TZ=Asia/Kolkata',
    'OMP_NUM_THREADS=2',
    'EMPTY',
  ])('leaves %s readable', (entry) => {
    expect(maskEnv([entry])).toEqual([entry]);
  });

  it('keeps a reference to a secret, but not the default in it', () => {
    expect(maskValue('REDIS_PASSWORD', `$${'{REDIS_PASSWORD}'}`)).toBe(`$${'{REDIS_PASSWORD}'}`);
    expect(maskValue('REDIS_PASSWORD', '$(cat /run/secrets/redis)')).toBe('$(cat /run/secrets/redis)');
    expect(maskValue('REDIS_PASSWORD', `$${'{REDIS_PASSWORD:-changeme}'}`)).toBe('********');
  });

  it('does not reveal the length', () => {
    expect(maskValue('PASSWORD', 'xy')).toBe(maskValue('PASSWORD', 'x'.repeat(200)));
    expect(isSecretName('PASSWORD')).toBe(true);
  });
});

describe('values that are recognised by themselves', () => {
  it.each([
    ['postgresql://trader:s3cr3t@db:5432/trading', 'postgresql://trader:********@db:5432/trading'],
    ['postgresql+asyncpg://u:p@ss@timescaledb:5433/x', 'postgresql+asyncpg://u:********@timescaledb:5433/x'],
    ['postgres://u:p/a@h/db', 'postgres://u:********@h/db'],
    ['redis://:s3cr3t@cache:6379/0', 'redis://:********@cache:6379/0'],
    ['redis://:a@h1:6379,redis://:b@h2:6379', 'redis://:********@h1:6379,redis://:********@h2:6379'],
    [
      'mongodb://root:example@mongodb:27017,m2:27017/?authSource=admin',
      'mongodb://root:********@mongodb:27017,m2:27017/?authSource=admin',
    ],
    ['wss://feed.example/ws?symbol=EURUSD&token=abc123', 'wss://feed.example/ws?symbol=EURUSD&token=********'],
    ['https://hooks.slack.com/services/T00/B00/XyZ', 'https://hooks.slack.com/services/********'],
    ['404 POST /services/T0001ABCD/B0001ABCD/XyZ12', '404 POST /services/T0001ABCD/B0001ABCD/********'],
    ['post /api/webhooks/123456789012345678/Zz-fake failed', 'post /api/webhooks/123456789012345678/******** failed'],
    ['GET /services/orders/list', 'GET /services/orders/list'],
    [`key: ${PEM} end`, 'key: -----BEGIN RSA PRIVATE KEY----- ******** -----END RSA PRIVATE KEY----- end'],
    ['-----BEGIN PRIVATE KEY-----\nMIIEow', '-----BEGIN PRIVATE KEY----- ********'],
    [`session ${JWT}`, 'session ********'],
    [`id AKIA${'ABCD'.repeat(4)}`, 'id ********'],
    [`push with ${issued('ghp_')}`, 'push with ********'],
    [issued('sk_live_'), '********'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer ********'],
    ['{"user":"a","password":"b c","port":5432}', '{"user":"a","password":"********","port":5432}'],
    ['host=db user=trader password=s3cr3t dbname=x', 'host=db user=trader password=******** dbname=x'],
    ['admin:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/', 'admin:********'],
  ])('masks %s', (value, masked) => {
    expect(maskText(value)).toBe(masked);
    expect(maskText(masked)).toBe(masked);
  });

  it.each([
    'http://prometheus:9090/api/v1/query?query=up',
    'http://registry:4873/@scope/package',
    'http://a:9090 mail me@example.com',
    'tcp://127.0.0.1:5555',
    'sha256:44c89b01e7517803a14636911a8c2e574db613aad4baccf1074b911263c522a6',
    'curl: (7) Failed to connect to localhost port 9090: Connection refused',
    'Invalid token: unexpected end of input',
    'monkey=banana keyboard=us',
    'Up 3 hours (healthy)',
  ])('leaves %s alone', (value) => {
    expect(maskText(value)).toBe(value);
  });

  it('does not hang on hostile text', () => {
    const hostile = [
      'a'.repeat(200_000),
      'a.'.repeat(100_000),
      '://:'.repeat(50_000),
      `"${'-----BEGIN PRIVATE KEY-----'.repeat(5000)}`,
    ];
    for (const text of hostile) expect(maskText(text).length).toBeLessThanOrEqual(text.length + 100);
  });
});

describe('commands', () => {
  it.each([
    ['redis-server --requirepass s3cr3t --appendonly yes', 'redis-server --requirepass ******** --appendonly yes'],
    ['redis-cli -a s3cr3t ping', 'redis-cli -a ******** ping'],
    ['redis-cli -u redis://:pw@cache:6379 ping', 'redis-cli -u redis://:********@cache:6379 ping'],
    ['mysqladmin ping -h localhost -uroot -ps3cr3t', 'mysqladmin ping -h localhost -uroot -p********'],
    ['mongosh --username root --password "b c" --eval x', 'mongosh --username root --password "********" --eval x'],
    ['PGPASSWORD=abc psql -U exness -c "select 1"', 'PGPASSWORD=******** psql -U exness -c "select 1"'],
    ['curl -f -u admin:12345 http://grafana:3000/api', 'curl -f -u admin:******** http://grafana:3000/api'],
    ['curl -H "Authorization: Bearer abcdefgh" http://x', 'curl -H "Authorization: Bearer ********" http://x'],
    ['docker login -u me -p pw registry', 'docker login -u me -p ******** registry'],
    ['java -Ddb.password=abc -jar app.jar', 'java -Ddb.password=******** -jar app.jar'],
    ['app --api-key=abc --api-secret abc --port 8000', 'app --api-key=******** --api-secret ******** --port 8000'],
    ['echo redis-cli -a hunter2 ping', 'echo redis-cli -a ******** ping'],
    ['Run in w2: redis-cli --pass hunter3 ping', 'Run in w2: redis-cli --pass ******** ping'],
    ['redis-cli config set requirepass hunter2', 'redis-cli config set requirepass ********'],
    ['vault login hunter2', 'vault login ********'],
    ['aws configure set aws_secret_access_key abc', 'aws configure set aws_secret_access_key ********'],
    ['openssl enc -k hunter2 -in a', 'openssl enc -k ******** -in a'],
    [`psql -c "ALTER USER x PASSWORD 'hunter2'"`, `psql -c "ALTER USER x PASSWORD '********'"`],
    ['sh -c "redis-cli -a pw ping | grep PONG"', 'sh -c "redis-cli -a ******** ping | grep PONG"'],
  ])('masks %s', (line, masked) => {
    expect(maskCommandLine(line)).toBe(masked);
  });

  it.each([
    'docker run -p 80:80 --user 1000:1000 web',
    'gunicorn --worker-class eventlet -w 1 -b 0.0.0.0:5000 app:app',
    'uvicorn app:main --host 0.0.0.0 --port 8000',
    'curl -f http://localhost:9090/health || exit 1',
    'pg_isready -U exness -d exness',
    'psql --no-password trading',
    'redis-cli --no-auth-warning ping',
    'docker compose -p exness up',
    'redis-cli -a "$REDIS_PASSWORD" ping',
    'prometheus --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.retention.time=15d',
  ])('leaves %s alone', (line) => {
    expect(maskCommandLine(line)).toBe(line);
  });

  it('recognises the program of an argument list by its entrypoint, and a script in one argument', () => {
    expect(maskCommand(['CMD', 'redis-cli', '-a', 'pw', 'ping'])).toEqual([
      'CMD',
      'redis-cli',
      '-a',
      '********',
      'ping',
    ]);
    expect(maskCommand(['-a', 'pw', 'ping'], ['redis-cli'])).toEqual(['-a', '********', 'ping']);
    expect(maskCommand(['sh', '-c', 'redis-cli -a pw ping'])).toEqual(['sh', '-c', 'redis-cli -a ******** ping']);
    expect(maskCommand(['app', '--password', 'two words'])).toEqual(['app', '--password', '********']);
  });
});

describe('a whole inspect', () => {
  const inspect = {
    Id: '44c89b01e751',
    Path: 'redis-server',
    Args: ['--requirepass', 's3cr3t'],
    State: { Running: true, Health: { Log: [{ ExitCode: 1, Output: 'AUTH failed for redis://:s3cr3t@cache' }] } },
    Config: {
      Env: ['REDIS_PASSWORD=s3cr3t', 'PATH=/bin', 'DATABASE_URL=postgres://u:s3cr3t@db/x'],
      Cmd: ['-a', 's3cr3t', 'ping'],
      Entrypoint: ['redis-cli'],
      Labels: {
        'com.docker.compose.project': 'exness',
        'app.api-token': 's3cr3t',
        'traefik.http.middlewares.a.basicauth.users': 'ops:$2y$05$s3cr3tS3cr3tS3cr3t',
      },
      Healthcheck: { Test: ['CMD-SHELL', 'redis-cli -a s3cr3t ping'], Interval: 10_000_000_000 },
    },
    HostConfig: {
      LogConfig: { Type: 'splunk', Config: { 'splunk-token': 's3cr3t', 'max-size': '10m' } },
      PidsLimit: null,
    },
    Mounts: [{ Source: '/srv/secrets', Destination: '/run/secrets', RW: false }],
    Spec: {
      TaskTemplate: {
        ContainerSpec: {
          Secrets: [{ SecretID: 'abc', SecretName: 'db' }],
          Command: ['redis-cli'],
          Args: ['-a', 's3cr3t'],
        },
      },
    },
  };

  it('contains no secrets any more, but everything else', () => {
    const masked = JSON.stringify(maskSecrets(inspect));
    expect(masked).not.toMatch(/s3cr3t/i);
    expect(masked.match(/\*{8}/g)).toHaveLength(10);
    for (const kept of [
      'redis-server',
      'PATH=/bin',
      'exness',
      '/srv/secrets',
      '"SecretName":"db"',
      '10m',
      'u:********@db/x',
    ]) {
      expect(masked).toContain(kept);
    }
  });

  it('changes neither its input nor anything without secrets', () => {
    const before = structuredClone(inspect);
    maskSecrets(inspect);
    expect(inspect).toEqual(before);
    expect(maskSecrets({ a: [1, null, true, { b: 'x' }] })).toEqual({ a: [1, null, true, { b: 'x' }] });
    expect(maskSecrets(undefined)).toBeUndefined();
  });

  it('masks labels by name and by value', () => {
    expect(maskLabels({ 'db.password': 'x1', note: 'redis://:p@h', tier: 'gold' })).toEqual({
      'db.password': '********',
      note: 'redis://:********@h',
      tier: 'gold',
    });
  });
});

describe('commands with quotes inside a word', () => {
  it.each([
    ["FOO='a b' run", "FOO='a b' run"],
    ['export A="b c"; run', 'export A="b c"; run'],
    ["t=$(date +'%H %M')", "t=$(date +'%H %M')"],
    ['test x"$(cat a b)" = x1', 'test x"$(cat a b)" = x1'],
    ['sh -c \'x="a b"\'', 'sh -c \'x="a b"\''],
    ['python -c \'import x; x.y("a b")\'', 'python -c \'import x; x.y("a b")\''],
    ['DB_PASSWORD="b c" run', 'DB_PASSWORD="********" run'],
    ['sh -c \'redis-cli -a "s3 cret" ping\'', 'sh -c \'redis-cli -a "********" ping\''],
    ['sh -c "PGPASSWORD=\'s3 cret\' psql"', 'sh -c "PGPASSWORD=\'********\' psql"'],
    ["it's --password s3cret", "it's --password ********"],
  ])('masks %j in spite of its quotes', (line, shown) => {
    expect(maskCommandLine(line)).toBe(shown);
  });

  it('masks quotes nested three levels deep as a whole', () => {
    let nested = 'redis-cli -a s3cret ping';
    for (let i = 0; i < 40; i += 1) nested = `sh -c ${i % 2 === 0 ? `'${nested}'` : `"${nested} x"`}`;
    expect(maskCommandLine(nested)).not.toContain('s3cret');
  });
});
