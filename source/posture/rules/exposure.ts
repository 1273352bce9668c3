import { found, type Observation, passed, type Rule, type Subject } from '../model/rule.ts';

/** Ports that others can reach. */

/** Addresses that stand for every interface of the host. */
const ALL = new Set(['', '0.0.0.0', '::', '[::]']);

/** Ports of programs that speak without encryption or trust their network, by the port inside the container. */
const DATA_PORTS: Readonly<Record<number, string>> = {
  1433: 'SQL Server',
  2379: 'etcd',
  3306: 'MySQL',
  5432: 'PostgreSQL',
  6379: 'Redis',
  7000: 'Cassandra',
  8123: 'ClickHouse',
  8812: 'QuestDB',
  9000: 'ClickHouse or MinIO',
  9042: 'Cassandra',
  9092: 'Kafka',
  9200: 'Elasticsearch',
  11211: 'Memcached',
  27017: 'MongoDB',
};

function openPorts({ facts }: Subject) {
  return [...new Map(facts.ports.map((port) => [`${port.host}/${port.protocol}`, port])).values()].filter(
    ({ host, address = '' }) => host !== undefined && ALL.has(address),
  );
}

const isData = ({ role }: Subject, port: number) => role === 'database' || role === 'cache' || port in DATA_PORTS;

export const exposure: readonly Rule[] = [
  {
    id: 'database-published',
    on: 'container',
    title: 'Database published on all interfaces',
    severity: 'high',
    why: 'Anyone who reaches the host reaches the data; published ports bypass most host firewalls.',
    fix: 'Remove the port (containers of one network need none), or bind it: "127.0.0.1:5432:5432".',
    check: (subject) =>
      openPorts(subject)
        .filter(({ container }) => isData(subject, container))
        .map(({ host, container }): Observation => ({ found: `${host} to ${DATA_PORTS[container] ?? container}` })),
  },
  {
    id: 'open-port',
    on: 'container',
    title: 'Port published on all interfaces',
    severity: 'low',
    why: 'Published ports bypass most host firewalls, because the engine writes its own rules.',
    fix: 'Bind the port to the address that needs it, such as "127.0.0.1:9090:9090".',
    check: (subject) => {
      const open = openPorts(subject).filter(({ container }) => !isData(subject, container));
      return open.length === 0 ? passed : found(open.map(({ host, protocol }) => `${host}/${protocol}`).join(', '));
    },
  },
];
