import type { Settings } from "../settings.ts";

/** One thing wrong with the environment: which variable, where in it, what, and what to do. */
export interface ConfigProblem {
  readonly variable: keyof Settings;
  /** The place inside the variable, such as `FEEDS[1].subject`; the variable's name if it is the whole. */
  readonly path: string;
  /** What is wrong, without a full stop. */
  readonly message: string;
  /** What to give instead. */
  readonly fix: string;
}

/** The problem as one line: place, what is wrong, what to give instead. */
export function problemLine({ path, message, fix }: ConfigProblem): string {
  return `${path} ${message}: ${fix}`;
}

/** A value as it may be shown: quoted, on one line, cut to 80 characters. */
export function quoted(value: string): string {
  const shown = value.length > 80 ? `${value.slice(0, 77)}...` : value;
  return JSON.stringify(shown);
}
