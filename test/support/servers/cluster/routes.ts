import { FaultProxy } from "../../../../dev/fault-proxy/index.ts";
import { freePort } from "../../tools/ports.ts";

/**
 * The paths between the servers of a cluster: a fault proxy for each server to each other one. They
 * have no other way: what servers tell each other of further addresses leads nowhere, because each
 * advertises a port on which nobody listens.
 */
export class Routes {
  /** By who dials and who is dialled. */
  readonly #paths: readonly (readonly (FaultProxy | null)[])[];

  private constructor(paths: readonly (readonly (FaultProxy | null)[])[]) {
    this.#paths = paths;
  }

  /** @param ports where each server listens for routes */
  static async start(ports: readonly number[]): Promise<Routes> {
    const path = async (from: number, to: number, target: number) =>
      from === to ? null : await FaultProxy.start({ port: await freePort(), target, protocol: "tcp" });
    return new Routes(
      await Promise.all(
        ports.map((_, from) => Promise.all(ports.map((target, to) => path(from, to, target)))),
      ),
    );
  }

  /** Where a server finds its peers, as `routes` of its configuration. */
  dialledBy(server: number): string[] {
    const paths = this.#paths[server] ?? [];
    return paths.flatMap((path) => (path === null ? [] : [`nats-route://127.0.0.1:${path.port}`]));
  }

  /** The paths between two servers: either may have dialled the other. */
  between(one: number, other: number): FaultProxy[] {
    return this.#where((from, to) => (from === one && to === other) || (from === other && to === one));
  }

  /** All paths of one server. */
  of(server: number): FaultProxy[] {
    return this.#where((from, to) => from === server || to === server);
  }

  /** All paths there are. */
  all(): FaultProxy[] {
    return this.#where(() => true);
  }

  close(): void {
    for (const path of this.all()) path.close();
  }

  #where(fits: (from: number, to: number) => boolean): FaultProxy[] {
    return this.#paths.flatMap((paths, from) =>
      paths.flatMap((path, to) => (path !== null && fits(from, to) ? [path] : [])),
    );
  }
}

/** Cuts paths; nobody gets through until they are opened again. */
export async function cut(paths: readonly FaultProxy[]): Promise<void> {
  for (const path of paths) {
    await path.setReception("refuses");
    path.reset();
  }
}

/** Lets servers dial again over paths that were cut; they try about once a second. */
export async function open(paths: readonly FaultProxy[]): Promise<void> {
  for (const path of paths) await path.setReception("open");
}

/** Makes everything on these paths so much later, each way. */
export function delay(paths: readonly FaultProxy[], latencyMs: number): void {
  for (const path of paths) for (const way of ["up", "down"] as const) path.setPace(way, { latencyMs });
}
