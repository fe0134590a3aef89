import { PLAIN_SETTINGS, SECRET_SETTINGS, type SettingName } from "../settings.ts";
import type { Reading } from "./reading.ts";

/** A name as it stays however it is written: NATSURL, nats_url and NATS-URL are one. */
const plain = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");

/** Shorter names are one letter apart by chance: HOST and POST. */
const SHORTEST = 7;

/** A name and what was meant by it, most likely. */
export interface Typo {
  readonly given: string;
  readonly meant: string;
}

/**
 * Variables that are nobody's, but for a letter a setting's: that setting would be left out without a word.
 * @param given the names that are set
 * @param known every setting's name
 */
export function findTypos(given: readonly string[], known: readonly string[]): readonly Typo[] {
  const missing = known.filter((name) => !given.includes(name));
  return given
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = missing.find((one) => isNear(name, one, SHORTEST));
      return meant === undefined ? [] : [{ given: name, meant }];
    });
}

/** Whether two names are the same but for a letter, where the longer has so many; their case and signs don't count. */
export function isNear(name: string, known: string, shortest = 0): boolean {
  const [one, other] = [plain(name), plain(known)];
  return one === other || (Math.max(one.length, other.length) >= shortest && isOneStepAway(one, other));
}

/** One letter more, less or another, or two neighbours exchanged (Damerau): what is left between the same ends. */
function isOneStepAway(one: string, other: string): boolean {
  let [a, b] = [one, other];
  while (a !== "" && a[0] === b[0]) [a, b] = [a.slice(1), b.slice(1)];
  while (a !== "" && a.at(-1) === b.at(-1)) [a, b] = [a.slice(0, -1), b.slice(0, -1)];
  return (a.length <= 1 && b.length <= 1) || (b.length === 2 && a === `${b[1]}${b[0]}`);
}

/** Asks about variables of the environment that look like a setting and are none. */
export function askAboutTypos(reading: Reading, given: readonly string[]): void {
  for (const typo of findTypos(given, [...PLAIN_SETTINGS, ...SECRET_SETTINGS])) {
    reading.wrong(
      typo.meant as SettingName,
      "is no setting",
      `write ${typo.meant} if that is meant, or remove it`,
      typo.given,
    );
  }
}
