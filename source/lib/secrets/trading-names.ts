/**
 * Exchanges, brokers, data vendors, chains and node providers, whose `NAME_KEY`, `NAME_SEED` and `NAME_PK` are secrets
 * (BINANCE_KEY, INFURA_KEY, ETH_PK). Spelled as in variable names, in lower case.
 */
export const TRADING_NAMES: ReadonlySet<string> = new Set(
  [
    'ascendex backpack bequant bigone binance binanceus bingx bit bitbank bitbns bitfinex bitflyer bitget bithumb bitmart bitmex',
    'bitpanda bitrue bitso bitstamp bitteam bittrex bitvavo blofin bullish btcmarkets bybit cex coinbase coincheck coindcx coinex',
    'coinmate coinone coinsph coinspot coinswitch cryptocom delta deribit digifinex dydx exmo ftx gate gateio gemini hashkey hitbtc',
    'htx huobi hyperliquid independentreserve indodax kraken kucoin latoken lbank luno mercado mexc ndax okex okx oxfun paradex phemex',
    'poloniex probit upbit vertex wazirx whitebit woo woox xt zaif zonda',
    'alpaca apca angel angelone aliceblue binomo capital ctrader dhan etoro etrade exness fivepaisa flattrade fyers groww ib ibkr icmarkets',
    'ig iifl kite kotak lmax mstock nubra oanda paytm pepperstone pocketful quotex robinhood saxo schwab shoonya tastytrade tdameritrade',
    'tradier tradovate upstox webull zebu zerodha',
    'alphavantage coinapi coingecko coinmarketcap cmc cryptocompare databento eodhd finnhub fmp glassnode iex intrinio kaiko messari',
    'newsapi nansen polygon quandl tardis tiingo twelvedata',
    'alchemy ankr blast blockfrost bscscan chainstack etherscan getblock helius infura jito moralis nodereal quicknode tenderly thegraph',
    'algo aptos arb arbitrum avax avalanche base bnb bsc btc bitcoin cardano cosmos dot erc eth ethereum evm hl inj ltc metamask near',
    'optimism osmosis phantom safe sei sol solana stark starknet stellar sui terra ton tron trx xmr xrp',
    'telegram discord slack pushover pushbullet twilio sendgrid mailgun openai anthropic claude gemini grok deepseek',
  ]
    .join(' ')
    .split(' '),
);
