import type { ConfigProblem } from "../../contract/problem.ts";
import type { Settings } from "../settings.ts";
import { quoted } from "./problem.ts";

/** Reads variables one by one and collects what is wrong with them; no message ever holds a secret. */
export class Reading {
  readonly problems: ConfigProblem[] = [];
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Notes a problem. `path` is where inside the variable it lies. */
  wrong(variable: keyof Settings, message: string, fix: string, path: string = variable): void {
    this.problems.push({ variable, path, message, fix });
  }

  /** The value, or "" when it isn't set. */
  optional(variable: keyof Settings): string {
    return this.#settings[variable]?.trim() ?? "";
  }

  /** The value; a problem when it isn't set. */
  required(variable: keyof Settings, fix: string): string {
    const value = this.optional(variable);
    if (value === "") this.wrong(variable, "is not set", fix);
    return value;
  }

  /** One of the allowed values; `otherwise` when it isn't set. */
  oneOf<T extends string>(variable: keyof Settings, allowed: readonly T[], otherwise: T): T {
    const value = this.optional(variable);
    const found = value === "" ? otherwise : allowed.find((one) => one === value);
    if (found === undefined) this.wrong(variable, `is ${quoted(value)}`, `give ${allowed.join(", ")}`);
    return found ?? otherwise;
  }
}
