import { FaultProxy } from "../../../../dev/fault-proxy/index.ts";
import { freePort } from "../../tools/ports.ts";

/** An address where no process listens (port 9, the Discard protocol, RFC 863). */
export const NOBODY = "127.0.0.1:9";

/**
 * The paths between the servers of a cluster: a fault proxy from each server to each one before it. The servers can't
 * bypass the proxies, because each advertises an address where no process listens.
 *
 * Of two servers only the later one dials. If both did, each could drop the connection that the other keeps, and
 * messages between them would be lost for seconds on a busy machine.
 */
export class Routes {
  /** By the dialling server, then by the dialled one. */
  readonly #paths: readonly (readonly FaultProxy[])[];

  private constructor(paths: readonly (readonly FaultProxy[])[]) {
    this.#paths = paths;
  }

  /** @param ports each server's cluster port */
  static async start(ports: readonly number[]): Promise<Routes> {
    const path = async (target: number) =>
      FaultProxy.start({ port: await freePort(), target, protocol: "tcp" });
    return new Routes(await Promise.all(ports.map((_, from) => Promise.all(ports.slice(0, from).map(path)))));
  }

  /** The addresses of a server's peers, for `routes` in its configuration. */
  dialledBy(server: number): string[] {
    const paths = this.#paths[server] ?? [];
    // JetStream doesn't regard a server without routes as clustered.
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

/** Opens cut paths; servers dial again about once a second. */
export async function open(paths: readonly FaultProxy[]): Promise<void> {
  for (const path of paths) await path.setReception("open");
}

/** Delays all data on the paths by `latencyMs`, in each direction. */
export function delay(paths: readonly FaultProxy[], latencyMs: number): void {
  for (const path of paths) for (const way of ["up", "down"] as const) path.setPace(way, { latencyMs });
}
