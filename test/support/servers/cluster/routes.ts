import { FaultProxy } from "../../../../dev/fault-proxy/index.ts";
import { freePort } from "../../tools/ports.ts";

/** Where nobody listens (the port of an old protocol that throws away what it is told, RFC 863). */
export const NOBODY = "127.0.0.1:9";

/**
 * The paths between the servers of a cluster: a fault proxy for each server to each one before it. They
 * have no other way: what servers tell each other of further addresses leads nowhere, because each
 * advertises a port on which nobody listens.
 *
 * Only one of two servers dials: when both do, each can drop the connection that the other keeps,
 * for seconds on a busy machine, and what is published meanwhile is lost between them.
 */
export class Routes {
  /** By who dials and who is dialled. */
  readonly #paths: readonly (readonly FaultProxy[])[];

  private constructor(paths: readonly (readonly FaultProxy[])[]) {
    this.#paths = paths;
  }

  /** @param ports where each server listens for routes */
  static async start(ports: readonly number[]): Promise<Routes> {
    const path = async (target: number) =>
      FaultProxy.start({ port: await freePort(), target, protocol: "tcp" });
    return new Routes(await Promise.all(ports.map((_, from) => Promise.all(ports.slice(0, from).map(path)))));
  }

  /** Where a server finds its peers, as `routes` of its configuration. */
  dialledBy(server: number): string[] {
    const paths = this.#paths[server] ?? [];
    // JetStream takes no server for a cluster's that dials nobody.
    const addresses = paths.length === 0 ? [NOBODY] : paths.map(({ port }) => `127.0.0.1:${port}`);
    return addresses.map((address) => `nats-route://${address}`);
  }

  /** The paths between two servers. */
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
    return this.#paths.flatMap((paths, from) => paths.filter((_, to) => fits(from, to)));
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
