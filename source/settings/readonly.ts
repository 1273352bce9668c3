import { environmentReadonly, type SettingsDocument } from './load.ts';

/** What file and environment say about read-only. */
export type ReadonlySources = {
  /** What asks for it: `config.yaml:1` or `DESKHAND_READONLY`; undefined if nothing does. Only a flag lifts it. */
  wanted?: string;
  /** A warning: an environment that says otherwise has no effect. */
  ignored?: string;
};

export function readonlySources(
  { values, place }: Pick<SettingsDocument, 'values' | 'place'>,
  env: Readonly<Record<string, string | undefined>>,
): ReadonlySources {
  const inEnvironment = environmentReadonly(env);
  if (values.readonly !== true) return { wanted: inEnvironment ? 'DESKHAND_READONLY' : undefined };
  const where = place(['readonly']);
  const ignored = `DESKHAND_READONLY=${env.DESKHAND_READONLY} does not lift "readonly: true" (${where}); --write does, or :arm for a time.`;
  return { wanted: where, ignored: inEnvironment === false ? ignored : undefined };
}
