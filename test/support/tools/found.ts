/** A tool that was found: what it is, and whence. */
export interface Tool {
  readonly path: string;
  readonly version: string;
  readonly origin: string;
}

const found = new Map<string, Promise<Tool>>();

/** What `search` finds; a process looks once for what has this name. */
export function findOnce(name: string, search: () => Promise<Tool>): Promise<Tool> {
  const searching = found.get(name) ?? search();
  found.set(name, searching);
  return searching;
}

/** Lets it look anew: the machine, or what the environment says of it, is another. */
export function forgetFound(): void {
  found.clear();
}
