import { PLAIN_SETTINGS, SECRET_SETTINGS, type SettingName } from "../settings.ts";
import type { SettingsReader } from "./settings-reader.ts";

/** Makes NATSURL, nats_url and NATS-URL equal. */
const normalized = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");

/** Shorter names can differ in one letter by chance (HOST, POST), or by one letter more (PORT, PORTS). */
const SHORTEST = 7;
const SHORTEST_WITH_ONE_MORE = 5;

/** A variable's name and the setting that was probably meant. */
export interface Typo {
  readonly given: string;
  readonly meant: string;
}

/**
 * Finds variables whose names are nearly a setting's, which would otherwise be ignored silently.
 * @param given the names of the variables that are set
 * @param known the names of all settings
 */
export function findTypos(given: readonly string[], known: readonly string[]): readonly Typo[] {
  const missing = known.filter((name) => !given.includes(name));
  return given
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = missing.find((one) => isMeant(name, one));
      return meant === undefined ? [] : [{ given: name, meant }];
    });
}

function isMeant(name: string, known: string): boolean {
  const [one, other] = [normalized(name), normalized(known)];
  const [{ length }, { length: wanted }] = [one, other];
  const isLong =
    Math.max(length, wanted) >= SHORTEST || (length !== wanted && wanted >= SHORTEST_WITH_ONE_MORE);
  return one === other || (isLong && isOneStepAway(one, other));
}

/** Whether one insertion, deletion, substitution or swap of neighbours turns one name into the other (Damerau). */
function isOneStepAway(one: string, other: string): boolean {
  let [a, b] = [one, other];
  while (a !== "" && a[0] === b[0]) [a, b] = [a.slice(1), b.slice(1)];
  while (a !== "" && a.at(-1) === b.at(-1)) [a, b] = [a.slice(0, -1), b.slice(0, -1)];
  return (a.length <= 1 && b.length <= 1) || (b.length === 2 && a === `${b[1]}${b[0]}`);
}

/** Reports variables that look like misspelt settings. */
export function reportTypos(reader: SettingsReader, given: readonly string[]): void {
  const known = [...PLAIN_SETTINGS, ...SECRET_SETTINGS];
  for (const typo of findTypos(given, known)) {
    const fix = `rename it to ${typo.meant} if you meant that, or remove it`;
    reader.report(typo.meant as SettingName, "is not a setting", fix, typo.given);
  }
}
