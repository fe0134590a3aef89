import { PLAIN_SETTINGS, SECRET_SETTINGS, type SettingName } from "../settings.ts";
import type { Reading } from "./reading.ts";

/** A name as it stays however it is written: NATSURL, nats_url and NATS-URL are one. */
const plain = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");

/** Shorter names differ in a letter by chance, HOST and POST; and in having one more, PORT and PORTS. */
const SHORTEST = 7;
const SHORTEST_WITH_ONE_MORE = 5;

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
      const meant = missing.find((one) => isMeant(name, one));
      return meant === undefined ? [] : [{ given: name, meant }];
    });
}

function isMeant(name: string, known: string): boolean {
  const [{ length }, { length: wanted }] = [plain(name), plain(known)];
  const isLong =
    Math.max(length, wanted) >= SHORTEST || (length !== wanted && wanted >= SHORTEST_WITH_ONE_MORE);
  return plain(name) === plain(known) || (isLong && isOneStepAway(plain(name), plain(known)));
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
  const known = [...PLAIN_SETTINGS, ...SECRET_SETTINGS];
  for (const typo of findTypos(given, known)) {
    reading.wrong(
      typo.meant as SettingName,
      "is not a setting",
      `rename it to ${typo.meant} if you meant that, or remove it`,
      typo.given,
    );
  }
}
