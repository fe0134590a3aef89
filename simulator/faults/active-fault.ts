/** An active fault. */
export interface ActiveFault {
  /** Resolves when the fault has ended; absent for a fault that ends only by `clear`. */
  readonly over?: Promise<void>;
  /** Ends the fault; a second call does nothing. */
  clear(): void | Promise<void>;
}

/**
 * Faults on the path to the server, by name, which a proxy of the caller injects. The control offers them beside the
 * server's own faults, and passes the JSON object of the request.
 */
export type PathFaults = Readonly<Record<string, (body: Readonly<Record<string, unknown>>) => ActiveFault>>;
