import { describe, expect, it } from 'vitest';
import { maskEnv, maskText } from '../secrets.ts';

/** Put together here, so that no scanner takes the test for a leak. */
const LISTEN_KEY = 'pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1';
const BOT_TOKEN = `${'123456789'}:${'AAFake-Token_0123456789abcdefghijkl'}`;
const HEX = '4a5b6c7d8e9f4a5b6c7d8e9f0a1b2c3d';
const WORDS = 'zebra zoo ability able about above absent absorb abstract absurd abuse access';

describe('names of secrets of exchanges, wallets and bots', () => {
  it.each([
    'FREQTRADE__EXCHANGE__KEY=zz-1',
    'FREQTRADE__EXCHANGE__SECRET=zz-2',
    'FREQTRADE__EXCHANGE__PASSWORD=zz-3',
    'BINANCE_KEY=zz-4',
    'COINBASE_CDP_KEY=zz-15',
    'KRAKEN_API_KEY=zz-5',
    'BYBIT_KEY=zz-6',
    'SEED_PHRASE=zz-7 zebra zoo',
    'WALLET_SEED=zz-8',
    'ETH_PK=zz-9',
    'HL_PRIVATE_KEY=zz-10',
    'APCA_API_KEY_ID=zz-11',
    'APCA_API_SECRET_KEY=zz-12',
    'IB_PASS=zz-13',
    'okxPassphrase=zz-14',
    'RECOVERY_WORDS=zz-15 zebra',
    'SOLANA_KEYPAIR=zz-16',
    'LISTEN_KEY=zz-17',
    'DEPLOYER_PK=zz-18',
    'ANGEL_TOTP_KEY=zz-19',
    'TRADING_PIN=zz-20',
    'WALLET_PRIVKEY=zz-21',
    'INFURA_KEY=zz-22',
    'KITE_ENCTOKEN=zz-23',
    `SOME_VENUE_KEY=zz-${HEX}`,
    `BOT_MAIN_SEED=zz-${WORDS}`,
    `SEED=${'a1b2c3d4'.repeat(8)}zz-`,
  ])('masks %s', (entry) => {
    expect(maskEnv([entry])[0]).not.toContain('zz');
  });

  it.each([
    'FREQTRADE__EXCHANGE__NAME=binance',
    'TWS_USERID=joe',
    'RANDOM_SEED=42',
    'SEED_NODES=a.example:26656',
    'SORT_KEY=ts',
    'PUBLIC_KEY=pk',
    'LED_PIN=17',
    'ROUTING_KEY=orders.filled',
    'PRIMARY_KEY=order_id',
    'TELEGRAM_CHAT_ID=42',
    'KEY=value',
    'PK=17',
    'ETH_RPC_TIMEOUT=30',
  ])('leaves %s readable', (entry) => {
    expect(maskEnv([entry])).toEqual([entry]);
  });
});

describe('secrets in lines that are quoted', () => {
  it.each([
    [
      `NetworkError: HTTPSConnectionPool(host='api.telegram.org', port=443): Max retries exceeded with url: /bot${BOT_TOKEN}/getMe`,
      'Max retries exceeded with url: /bot********/getMe',
    ],
    [`telebot: token ${BOT_TOKEN} is revoked`, 'token ******** is revoked'],
    [`connect failed wss://stream.example.test:9443/ws/${LISTEN_KEY}`, 'stream.example.test:9443/ws/********'],
    [`GET /stream/${LISTEN_KEY} 401`, 'GET /stream/******** 401'],
    [`401 {"listenKey":"${LISTEN_KEY}"}`, '401 {"listenKey":"********"}'],
    [String.raw`body "{\"listenKey\":\"abc\",\"code\":1}"`, String.raw`\"listenKey\":\"********\",\"code\":1`],
    [`GET /v3/order?symbol=BTCUSDT&timestamp=1&signature=${HEX}`, '&timestamp=1&signature=********'],
    ["headers={'X-MBX-APIKEY': 'k1k1', 'KC-API-PASSPHRASE': 'open sesame'}", "'KC-API-PASSPHRASE': '********'"],
    ['> X-MBX-APIKEY: k1k1k1', 'X-MBX-APIKEY: ********'],
    ['> OK-ACCESS-PASSPHRASE: hunter', 'OK-ACCESS-PASSPHRASE: ********'],
    ['Cookie: sid=zz; theme=dark', 'Cookie: ********'],
    [`rpc https://mainnet.infura.io/v3/${HEX} answered 429`, 'infura.io/v3/******** answered 429'],
    [`config{Exchange:binance APIKey:k1k1 Secret:zz9zz}`, 'APIKey:********'],
    ['api_secret: k1k1', 'api_secret: ********'],
    ['  password: hunter2', 'password: ********'],
    [`loaded private key 0x${HEX}${HEX}`, 'loaded private key ********'],
    [`mnemonic: ${WORDS}`, 'mnemonic: ********'],
    [`wallet restored from "${WORDS}"`, 'from "********"'],
    [`secret=[${Array.from({ length: 64 }, (_, i) => i).join(',')}]`, 'secret=********'],
    [
      `xprv ${'xprv'}${'9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKm'.repeat(2).slice(0, 107)}`,
      '********',
    ],
  ])('masks %s', (line, readable) => {
    const masked = maskText(line);
    expect(masked).toContain(readable);
    expect(masked).not.toMatch(/AAFake|pqia91|4a5b6c|k1k1|sesame|hunter|sid=|zebra|zz9zz|s21Zr/);
    expect(maskText(masked)).toBe(masked);
  });

  it.each([
    'Invalid token: unexpected end of input',
    'authentication failed for user "trader": password: authentication failed',
    'GET /containers/4f66ad9a0b2e4f66ad9a0b2e4f66ad9a0b2e4f66ad9a0b2e4f66ad9a0b2e4f66/json 404',
    'order 7c9e6679-7425-40de-944b-e07fc1f90ae7 filled: GET /orders/7c9e6679-7425-40de-944b-e07fc1f90ae7',
    'GET /blog/how-we-moved-12-services-to-compose-in-2024 200',
    'tx 0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060 mined',
    'https://etherscan.io/tx/0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060',
    'GET /api/v3/klines?symbol=BTCUSDT&interval=1m&limit=500 429',
    'duplicate key value violates unique constraint "orders_pkey"',
    'Key (id)=(42) already exists.',
    'partition key: orders-2026-01-15-eu-west-1',
    'the session token has expired and the operator must log in again before orders can be placed here',
    'ERROR: permission denied for table secrets: role trader',
    '/usr/lib/python3.11/site-packages/ccxt/base/exchange.py:1234',
    'auth: login failed',
    'code=500 signature=invalid',
    'Token usage: 4096 of 8192',
    'status installed python3-jwt:all 2.6.0-1',
    'upgrade passwd:amd64 1:4.13+dfsg1-1',
    '  Array cookie:    ac',
  ])('leaves %s alone', (line) => {
    expect(maskText(line)).toBe(line);
  });
});
