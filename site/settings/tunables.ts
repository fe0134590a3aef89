import { type PartialTunables, TUNABLE_LIMITS, type Tunables } from "../../client/index.ts";
import { readJson } from "../ui/memory.ts";

/** The name of a setting, as in the client's limits: nested names have a dot. */
export type TunableName = keyof typeof TUNABLE_LIMITS;

/** The names of all settings, in the order in which they are shown. */
export const TUNABLE_NAMES = Object.keys(TUNABLE_LIMITS) as readonly TunableName[];

/** Whether a setting is in milliseconds; the others are counts or factors. */
export function isMilliseconds(name: TunableName): boolean {
  return name.endsWith("Ms");
}

/** Settings by name; missing ones stay as the client has them. */
export type Chosen = { readonly [N in TunableName]?: number };

export function isWithinLimits(name: TunableName, value: number): boolean {
  const [least, most] = TUNABLE_LIMITS[name];
  return value >= least && value <= most;
}

/** Converts settings into the shape that `configure` takes. */
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

/** The client's settings by name. */
export function chosenOf({ reconnect, ...others }: Tunables): Chosen {
  const nested = Object.entries(reconnect).map(([name, value]) => [`reconnect.${name}`, value]);
  return { ...others, ...Object.fromEntries(nested) };
}

/** Parses remembered settings; invalid ones are left out. */
export function parseChosen(remembered: string | null): Chosen {
  const found: Record<string, unknown> = Object(readJson(remembered));
  const chosen: Record<string, number> = {};
  for (const name of TUNABLE_NAMES) {
    const number = found[name];
    if (typeof number === "number" && isWithinLimits(name, number)) chosen[name] = number;
  }
  return chosen;
}
