import type { ConfigProblem } from "../../contract/problem.ts";

/** The problem as one line: place, what is wrong, what to give instead. */
export function problemLine({ path, message, fix }: ConfigProblem): string {
  return `${path} ${message}: ${fix}`;
}

/** A value as it may be shown: quoted, on one line, cut to 80 characters. */
export function quoted(value: string): string {
  const shown = value.length > 80 ? `${value.slice(0, 77)}...` : value;
  return JSON.stringify(shown);
}
