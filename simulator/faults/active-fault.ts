/** A fault in force. */
export interface ActiveFault {
  /** Resolves when it is over, by itself or by `clear`; only where it ends by itself. */
  readonly over?: Promise<void>;
  /** Ends it; a second call does nothing. */
  clear(): void | Promise<void>;
}

/**
 * Faults on the path to the server, by their names: the control offers them beside the server's own, for whoever has
 * a proxy that brings them about. Each is given the JSON object of the request.
 */
export type PathFaults = Readonly<Record<string, (body: Readonly<Record<string, unknown>>) => ActiveFault>>;
