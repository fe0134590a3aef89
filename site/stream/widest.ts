import { covers } from "../../client/index.ts";

/** The subjects that mean all of the given ones, none of them twice: a server sends a message once for each that matches. */
export function widest(subjects: readonly string[]): readonly string[] {
  const distinct = [...new Set(subjects)];
  return distinct.filter((one) => !distinct.some((other) => other !== one && covers(other, one)));
}
