import { type PartialTunables, TUNABLE_LIMITS, type Tunables } from "../../client/index.ts";
import { readJson } from "../ui/memory.ts";

/** The name of a number that can be set, as the client's limits name it. */
export type TunableName = keyof typeof TUNABLE_LIMITS;

/** Every number that can be set, in the order in which it is shown. */
export const TUNABLE_NAMES = Object.keys(TUNABLE_LIMITS) as readonly TunableName[];

/** Numbers that count something; all others are milliseconds. */
const UNITLESS: ReadonlySet<TunableName> = new Set<TunableName>([
  "reconnect.maxAttempts",
  "reconnect.factor",
]);

export function isMilliseconds(name: TunableName): boolean {
  return !UNITLESS.has(name);
}

/** What is chosen, by name; what isn't there stays as the client has it. */
export type Chosen = { readonly [N in TunableName]?: number };

export function isWithinLimits(name: TunableName, value: number): boolean {
  const [least, most] = TUNABLE_LIMITS[name];
  return value >= least && value <= most;
}

/** The number that a name stands for. */
export function tunableOf(tunables: Tunables, name: TunableName): number {
  const [first, second] = name.split(".") as [keyof Tunables, keyof Tunables["reconnect"] | undefined];
  const value = second === undefined ? tunables[first] : tunables.reconnect[second];
  return value as number;
}

/** What is chosen, in the shape that the client takes. */
export function toTunables(chosen: Chosen): PartialTunables {
  const reconnect: Record<string, number> = {};
  const others: Record<string, number> = {};
  for (const [name, value] of Object.entries(chosen)) {
    const [first = "", second] = name.split(".");
    if (second === undefined) others[first] = value;
    else reconnect[second] = value;
  }
  return { ...others, reconnect };
}

/** All numbers of the client, by name: what a reset goes back to. */
export function chosenOf(tunables: Tunables): Chosen {
  return Object.fromEntries(TUNABLE_NAMES.map((name) => [name, tunableOf(tunables, name)]));
}

/** Reads what this browser remembers; what isn't a number within its limits is left out. */
export function parseChosen(remembered: string | null): Chosen {
  const value = readJson(remembered);
  if (typeof value !== "object" || value === null) return {};
  const found = value as Record<string, unknown>;
  const chosen: Record<string, number> = {};
  for (const name of TUNABLE_NAMES) {
    const number = Object.hasOwn(found, name) ? found[name] : undefined;
    if (typeof number === "number" && isWithinLimits(name, number)) chosen[name] = number;
  }
  return chosen;
}
