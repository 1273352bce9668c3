/** The request cannot be fulfilled; the message is meant for the user. */
export class SimulatorError extends Error {
  override name = 'SimulatorError';
}
