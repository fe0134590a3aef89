import { Random } from "../chaos/random.ts";

/** A fault of a server; one at a time, so that two of three are always up. */
export type ServerFault =
  /** SIGKILL, and a restart after `forMs`. */
  | { readonly do: "kill"; readonly server: number; readonly forMs: number }
  /** SIGSTOP, and SIGCONT after `forMs`. */
  | { readonly do: "freeze"; readonly server: number; readonly forMs: number }
  /** SIGUSR2 (lame duck mode), and a restart after `forMs`. */
  | { readonly do: "lame-duck"; readonly server: number; readonly forMs: number };

/** A fault of the network; several can overlap, also with a fault of a server. */
export type PathFault =
  /** Cuts the links from the clients to a server, and refuses new ones for `forMs`. */
  | { readonly do: "cut-clients"; readonly server: number; readonly forMs: number }
  /** Holds up everything on those links for `forMs`. */
  | { readonly do: "freeze-clients"; readonly server: number; readonly forMs: number }
  /** Cuts the routes between two servers, and refuses new ones for `forMs`. */
  | { readonly do: "cut-routes"; readonly between: readonly [number, number]; readonly forMs: number }
  /** Delays those routes each way, until the next fault of this kind. */
  | { readonly do: "delay-routes"; readonly between: readonly [number, number]; readonly latencyMs: number };

/** Not a fault: the clients hand over to new links. */
type ClientAct = { readonly do: "hand-over" };

/** An event of a storm, at a time from its start. */
export interface StormEvent {
  readonly atMs: number;
  readonly fault: ServerFault | PathFault | ClientAct;
}

/** Servers in the cluster. */
const SERVERS = 3;

/** Time at the end of a storm without new faults, milliseconds. */
const CALM_AT_END_MS = 3000;

/** When the links to all servers are cut at once, milliseconds: every client loses its link. */
const ALL_CUT_AT_MS = 10_000;

/** Draws a storm. The same seed gives the same storm; a longer one begins like a shorter one. */
export function drawStorm(seed: number, seconds: number): StormEvent[] {
  const untilMs = seconds * 1000 - CALM_AT_END_MS;
  // A generator per kind: drawing more of one kind leaves the others unchanged.
  const [servers, paths, clients] = [1, 2, 3].map((stream) => new Random(seed * 31 + stream));
  if (servers === undefined || paths === undefined || clients === undefined)
    throw new Error("a generator is missing");
  return [
    ...drawServerFaults(servers, untilMs),
    ...drawPathFaults(paths, untilMs),
    ...drawHandovers(clients, untilMs),
    ...cutAll(),
  ].sort((a, b) => a.atMs - b.atMs);
}

function cutAll(): StormEvent[] {
  const fault = { do: "cut-clients", forMs: 300 } as const;
  return Array.from({ length: SERVERS }, (_, server) => ({
    atMs: ALL_CUT_AT_MS,
    fault: { ...fault, server },
  }));
}

function drawServerFaults(random: Random, untilMs: number): StormEvent[] {
  const events: StormEvent[] = [];
  for (let atMs = random.whole(2000, 4000); atMs < untilMs; ) {
    const server = random.whole(0, SERVERS - 1);
    const fault = random.pick<ServerFault>([
      { do: "kill", server, forMs: random.whole(300, 4000) },
      { do: "freeze", server, forMs: random.pick([500, 1500, 3000, 6000, 9000]) },
      { do: "lame-duck", server, forMs: random.whole(2000, 5000) },
    ]);
    events.push({ atMs, fault });
    atMs += fault.forMs + random.whole(3000, 8000);
  }
  return events;
}

function drawPathFaults(random: Random, untilMs: number): StormEvent[] {
  const events: StormEvent[] = [];
  for (let atMs = random.whole(1000, 3000); atMs < untilMs; atMs += random.whole(1500, 6000)) {
    const server = random.whole(0, SERVERS - 1);
    const between = [server, (server + 1) % SERVERS] as const;
    const fault = random.pick<PathFault>([
      { do: "cut-clients", server, forMs: random.whole(0, 2500) },
      { do: "freeze-clients", server, forMs: random.whole(500, 8000) },
      { do: "cut-routes", between, forMs: random.whole(200, 2500) },
      { do: "delay-routes", between, latencyMs: random.pick([0, 20, 100]) },
    ]);
    events.push({ atMs, fault });
  }
  return events;
}

function drawHandovers(random: Random, untilMs: number): StormEvent[] {
  const events: StormEvent[] = [];
  for (let atMs = random.whole(3000, 6000); atMs < untilMs; atMs += random.whole(4000, 12_000)) {
    events.push({ atMs, fault: { do: "hand-over" } });
  }
  return events;
}
