import type { Plugin } from 'esbuild';

/** gRPC (BuildKit sessions) and ssh2 of dockerode are never used: ssh goes through the system's own `ssh`. */
export const slimDockerode: Plugin = {
  name: 'slim-dockerode',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/(session|buildkit|ssh)$/ }, ({ path, importer }) =>
      /node_modules\/(dockerode|docker-modem)\//.test(importer) ? { path, namespace: 'unused' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error('${path} is left out of this bundle'); };`,
    }));
  },
};
