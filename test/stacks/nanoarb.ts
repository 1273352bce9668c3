import { every, type StackDefinition } from './stand-in.ts';

/** nanoarb: the trading engine with a living /metrics and /health on 9090, beside Prometheus and Grafana. */

/**
 * One tick a second: a log line with ANSI colours in UTC and the whole exposition, 97 series of OpenMetrics text in which the
 * counters' suffix doubles and `_sum` and `_count` come before the buckets. It ignores SIGTERM, as the engine does.
 * Levers for tests: /tmp/stalled stops the events; /tmp/www/health.status holds another status.
 */
const ENGINE = `
function bucketed(name, base,    k, le, seen) {
  printf "# HELP %s %s in nanoseconds.\\n# TYPE %s histogram\\n", name, name, name > out
  printf "%s_sum %d.0\\n%s_count %d\\n", name, events * base * 1.1, name, events > out
  le = 100
  for (k = 0; k < 20; k++) {
    seen = le < base ? 0 : le < base * 2 ? int(events * 0.6) : le < base * 4 ? int(events * 0.97) : events
    printf "%s_bucket{le=\\"%d.0\\"} %d\\n", name, le, seen > out
    le *= 2
  }
  printf "%s_bucket{le=\\"+Inf\\"} %d\\n", name, events > out
}
function family(name, type, value, suffix) {
  printf "# HELP %s %s.\\n# TYPE %s %s\\n%s%s %s\\n", name, name, name, type, name, suffix, value > out
}
BEGIN {
  out = "/tmp/www/metrics.new"; srand(7); tick = events = orders = fills = position = 0; pnl = 100
  while (1) {
    stalled = system("test -f /tmp/stalled") == 0
    if (!stalled) {
      tick++; events += 90 + int(rand() * 20); orders += int(rand() * 4); if (rand() < 0.7 && fills < orders) fills++
      position += int(rand() * 3) - 1; if (position > 50) position = 50; if (position < -50) position = -50
      pnl += (rand() - 0.45) * 10
      printf "\\033[2m%s.%06dZ\\033[0m \\033[32m INFO\\033[0m \\033[2mnanoarb\\033[0m\\033[2m:\\033[0m Tick %d | Orders: %d | Fills: %d | Pos: %d | P&L: $%.2f\\n", strftime("%Y-%m-%dT%H:%M:%S", systime(), 1), int(rand() * 1000000), tick * 100, orders, fills, position, pnl
      fflush()
    }
    family("nanoarb_orders_total", "counter", orders, "_total")
    family("nanoarb_fills_total", "counter", fills, "_total")
    family("nanoarb_events_total", "counter", events, "_total")
    family("nanoarb_position", "gauge", position, "")
    family("nanoarb_pnl", "gauge", sprintf("%.2f", pnl), "")
    bucketed("nanoarb_inference_latency_ns", 580); bucketed("nanoarb_order_latency_ns", 1200)
    bucketed("nanoarb_book_update_latency_ns", 240); bucketed("nanoarb_event_latency_ns", 900)
    print "# EOF" > out
    close(out)
    system("mv /tmp/www/metrics.new /tmp/www/metrics; sleep 1")
  }
}`;

const engineScript = [
  `cat > /tmp/engine.awk <<'PROGRAM'${ENGINE}\nPROGRAM`,
  `printf '{"status":"ok","version":"0.1.0"}' > /tmp/www/health`,
  'serve 9090 &',
  'exec awk -f /tmp/engine.awk',
].join('\n');

export const nanoarb: StackDefinition = {
  project: 'docker',
  network: 'nanoarb-network',
  workingDir: '/srv/nanoarb/docker',
  configFile: '/srv/nanoarb/docker/docker-compose.yml',
  services: [
    {
      name: 'nanoarb',
      containerName: 'nanoarb-engine',
      user: '1000',
      ports: ['9090:9090'],
      volumes: { 'nanoarb-data': '/app/data', 'nanoarb-logs': '/app/logs' },
      env: { RUST_LOG: 'info', PORT: '9090' },
      health: 'wget -q -O /dev/null http://127.0.0.1:9090/health',
      restart: 'unless-stopped',
      cpus: 2,
      memoryMiB: 4096,
      script: engineScript,
    },
    {
      name: 'prometheus',
      containerName: 'nanoarb-prometheus',
      ports: ['9091:9090'],
      volumes: { 'prometheus-data': '/prometheus' },
      restart: 'unless-stopped',
      script: `serve 9090 &\n${every(15, 'echo "ts=$(date -u +%FT%TZ) level=info component=tsdb msg=compacted blocks=$n" >&2')}`,
    },
    {
      name: 'grafana',
      containerName: 'nanoarb-grafana',
      ports: ['3000:3000'],
      volumes: { 'grafana-data': '/var/lib/grafana' },
      env: { GF_SECURITY_ADMIN_PASSWORD: 'admin' },
      dependsOn: { prometheus: 'service_started' },
      restart: 'unless-stopped',
      script: `serve 3000 &\n${every(10, 'echo "logger=context t=$(date -u +%FT%TZ) level=info msg=\\"Request Completed\\""')}`,
    },
  ],
};
