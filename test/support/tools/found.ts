/** A found tool, and its origin. */
export interface Tool {
  readonly path: string;
  readonly version: string;
  readonly origin: string;
}

const found = new Map<string, Promise<Tool>>();

/** The result of `search`, which runs once per process and name. */
export function findOnce(name: string, search: () => Promise<Tool>): Promise<Tool> {
  const searching = found.get(name) ?? search();
  found.set(name, searching);
  return searching;
}

/** Clears the cache, for tests that change the environment. */
export function forgetFound(): void {
  found.clear();
}
