import { Random } from "../chaos/random.ts";

/** A fault of a server: one at a time, so that two of three always live. */
export type ServerFault =
  /** SIGKILL, and back after a while. */
  | { readonly do: "kill"; readonly server: number; readonly forMs: number }
  /** SIGSTOP, and SIGCONT after a while. */
  | { readonly do: "freeze"; readonly server: number; readonly forMs: number }
  /** SIGUSR2; it is ended and started again after a while. */
  | { readonly do: "lame-duck"; readonly server: number; readonly forMs: number };

/** A fault of a path; these come beside each other and beside those of servers. */
export type PathFault =
  /** The ways from the clients to a server are cut, and closed for a while. */
  | { readonly do: "cut-clients"; readonly server: number; readonly forMs: number }
  /** They are silent for a while. */
  | { readonly do: "freeze-clients"; readonly server: number; readonly forMs: number }
  /** The routes between two servers are cut, and closed for a while. */
  | { readonly do: "cut-routes"; readonly between: readonly [number, number]; readonly forMs: number }
  /** They are late, each way, until they are told otherwise. */
  | { readonly do: "delay-routes"; readonly between: readonly [number, number]; readonly latencyMs: number };

/** What clients do by themselves. */
type ClientAct = { readonly do: "hand-over" };

/** Something that comes over the storm at its moment. */
export interface Blow {
  readonly atMs: number;
  readonly fault: ServerFault | PathFault | ClientAct;
}

/** Servers in the cluster that a storm goes over. */
const SERVERS = 3;

/** At the end of a storm nothing new begins for so long. */
const CALM_AT_END_MS = 3000;

/** When the ways from the clients to all servers are cut at once: wherever a client is, it loses its link. */
const ALL_CUT_AT_MS = 10_000;

/** Draws a storm: the same seed gives the same storm, and a longer one begins as a shorter one does. */
export function drawStorm(seed: number, seconds: number): Blow[] {
  const untilMs = seconds * 1000 - CALM_AT_END_MS;
  // Each has dice of its own: one that is asked more often changes nothing for the others.
  const [servers, paths, clients] = [1, 2, 3].map((stream) => new Random(seed * 31 + stream));
  if (servers === undefined || paths === undefined || clients === undefined) throw new Error("no dice");
  return [
    ...drawServerFaults(servers, untilMs),
    ...drawPathFaults(paths, untilMs),
    ...drawHandovers(clients, untilMs),
    ...cutAll(),
  ].sort((a, b) => a.atMs - b.atMs);
}

function cutAll(): Blow[] {
  const fault = { do: "cut-clients", forMs: 300 } as const;
  return Array.from({ length: SERVERS }, (_, server) => ({
    atMs: ALL_CUT_AT_MS,
    fault: { ...fault, server },
  }));
}

function drawServerFaults(random: Random, untilMs: number): Blow[] {
  const blows: Blow[] = [];
  for (let atMs = random.whole(2000, 4000); atMs < untilMs; ) {
    const server = random.whole(0, SERVERS - 1);
    const fault = random.pick<ServerFault>([
      { do: "kill", server, forMs: random.whole(300, 4000) },
      { do: "freeze", server, forMs: random.pick([500, 1500, 3000, 6000, 9000]) },
      { do: "lame-duck", server, forMs: random.whole(2000, 5000) },
    ]);
    blows.push({ atMs, fault });
    atMs += fault.forMs + random.whole(3000, 8000);
  }
  return blows;
}

function drawPathFaults(random: Random, untilMs: number): Blow[] {
  const blows: Blow[] = [];
  for (let atMs = random.whole(1000, 3000); atMs < untilMs; atMs += random.whole(1500, 6000)) {
    const server = random.whole(0, SERVERS - 1);
    const between = [server, (server + 1) % SERVERS] as const;
    const fault = random.pick<PathFault>([
      { do: "cut-clients", server, forMs: random.whole(0, 2500) },
      { do: "freeze-clients", server, forMs: random.whole(500, 8000) },
      { do: "cut-routes", between, forMs: random.whole(200, 2500) },
      { do: "delay-routes", between, latencyMs: random.pick([0, 20, 100]) },
    ]);
    blows.push({ atMs, fault });
  }
  return blows;
}

function drawHandovers(random: Random, untilMs: number): Blow[] {
  const blows: Blow[] = [];
  for (let atMs = random.whole(3000, 6000); atMs < untilMs; atMs += random.whole(4000, 12_000)) {
    blows.push({ atMs, fault: { do: "hand-over" } });
  }
  return blows;
}
