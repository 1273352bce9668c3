/**
 * A step that the operator can take for a service. It is written to suit the place where it is read: as a key, a command of the prompt, or a
 * command line.
 */
export type Step =
  | 'logs'
  | 'previous-logs'
  | 'save-logs'
  | 'metrics'
  | 'thresholds'
  | 'processes'
  | 'timeline'
  | 'describe'
  | 'containers'
  | 'tasks'
  | 'ports'
  | 'start'
  | 'start-project'
  | 'stop'
  | 'restart'
  | 'unpause'
  | 'remove'
  | 'up'
  | 'force-update'
  | 'rollback'
  | 'limits'
  | 'cpu-limit'
  | 'prune-images';

export type Words = readonly (string | { step: Step })[];

/** The operator's next step: words and steps; `does` is the first step, if there is one. */
export type Advice = { words: Words; does?: Step };

/** Advice as a sentence, with each step written by `write`. */
export function adviceText({ words }: Advice, write: (step: Step) => string): string {
  return words.map((word) => (typeof word === 'string' ? word : write(word.step))).join('');
}

/** The parts of a piece of advice; its steps are named, not yet written as keys or commands. */
export function advise(texts: TemplateStringsArray, ...values: readonly (string | { step: Step } | Words)[]): Advice {
  const words = texts.flatMap((text, index) => [text, ...[values[index] ?? []].flat()]);
  const first = words.find((word) => typeof word !== 'string');
  return { words: words.filter((word) => word !== ''), ...(first ? { does: first.step } : {}) };
}

export const by = (step: Step) => ({ step });
