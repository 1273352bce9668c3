/** What the caller asked for cannot be done; the message is the sentence to show. */
export class SimulatorError extends Error {
  override name = 'SimulatorError';
}
