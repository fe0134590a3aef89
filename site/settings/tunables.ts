import { type PartialTunables, TUNABLE_LIMITS, type Tunables } from "../../client/index.ts";
import { readJson } from "../ui/memory.ts";

/** The name of a number that can be set, as the client's limits name it. */
export type TunableName = keyof typeof TUNABLE_LIMITS;

/** Every number that can be set, in the order in which it is shown. */
export const TUNABLE_NAMES = Object.keys(TUNABLE_LIMITS) as readonly TunableName[];

/** All others count something. */
export function isMilliseconds(name: TunableName): boolean {
  return name.endsWith("Ms");
}

/** What is chosen, by name; what isn't there stays as the client has it. */
export type Chosen = { readonly [N in TunableName]?: number };

export function isWithinLimits(name: TunableName, value: number): boolean {
  const [least, most] = TUNABLE_LIMITS[name];
  return value >= least && value <= most;
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

/** All numbers of the client, by name. */
export function chosenOf({ reconnect, ...others }: Tunables): Chosen {
  const nested = Object.entries(reconnect).map(([name, value]) => [`reconnect.${name}`, value]);
  return { ...others, ...Object.fromEntries(nested) };
}

/** Reads what this browser remembers; what isn't a number within its limits is left out. */
export function parseChosen(remembered: string | null): Chosen {
  const found: Record<string, unknown> = Object(readJson(remembered));
  const chosen: Record<string, number> = {};
  for (const name of TUNABLE_NAMES) {
    const number = found[name];
    if (typeof number === "number" && isWithinLimits(name, number)) chosen[name] = number;
  }
  return chosen;
}
