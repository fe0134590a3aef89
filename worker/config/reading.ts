import type { ConfigProblem } from "../../contract/problem.ts";
import { anyOf } from "../../contract/text.ts";
import type { Environment, SettingName } from "../settings.ts";

/** An entry of a setting that is a list, and the place that a problem with it is named by. */
export interface Placed<T> {
  readonly entry: T;
  readonly path: string;
}

/** The entries alone. */
export function withoutPlaces<T>(placed: readonly Placed<T>[]): readonly T[] {
  return placed.map(({ entry }) => entry);
}

/** What stands in quotes: an `--env-file`, or a list in a compose file, keeps those that a shell takes away. */
const QUOTED = /^\s*(["'`]).*\1\s*$/s;

/** A secret as it was given, but for what a file, or a line of one, begins and ends with. */
export function bareSecret(text: string): string {
  return text.replace(/^\uFEFF|\r?\n$|\r$/g, "");
}

/** A whole number in digits alone; null for any other text, and for one that is less or more. */
export function wholeNumber(text: string, least: number, most: number): number | null {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : null;
}

/**
 * Reads settings one by one and collects what is wrong with them. No message ever holds a value: it is answered to
 * everybody, and what was put into the wrong variable may be a secret.
 */
export class Reading {
  readonly problems: ConfigProblem[] = [];
  readonly #environment: Environment;
  readonly #read = new Set<SettingName>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Notes a problem. `path` is where inside the variable it lies. */
  wrong(variable: SettingName, message: string, fix: string, path: string = variable): void {
    this.problems.push({ variable, path, message, fix });
  }

  /** The value as it came: undefined when it isn't set, which an empty text is too. */
  value(variable: SettingName): unknown {
    this.#read.add(variable);
    return this.#given(variable);
  }

  #given(variable: SettingName): unknown {
    const value = this.#environment[variable] ?? undefined;
    return typeof value === "string" && value.trim() === "" ? undefined : value;
  }

  /**
   * As `value`; a list in JSON, as a shell gives one, as what it stands for. Null, with a problem, for what begins as
   * JSON and is no list.
   * @param fix what to give instead
   */
  parsed(variable: SettingName, fix: string): unknown {
    const value = this.value(variable);
    if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
    try {
      const parsed: unknown = JSON.parse(value.trim());
      if (Array.isArray(parsed)) return parsed;
      this.wrong(variable, "is not a list", fix);
    } catch (error) {
      // The parser's other words would repeat a part of it.
      const [place = ""] = / \(line \d+ column \d+\)$/.exec((error as Error).message) ?? [];
      this.wrong(variable, `is not valid JSON${place}`, fix);
    }
    return null;
  }

  /** The value as text, or "" when it isn't set. Numbers and booleans are what a file makes of `PAGE_NAME = 1`. */
  text(variable: SettingName): string {
    const value = this.value(variable) ?? "";
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (typeof value !== "string") this.wrong(variable, "is neither text nor a number", "set it to one text");
    else if (QUOTED.test(value)) this.wrong(variable, "is wrapped in quotes", "remove the quotes");
    else return value.trim();
    return "";
  }

  /**
   * The entries of a comma separated text, or of a list of texts, with their places.
   * @param fix what to give, where there must be some
   */
  list(variable: SettingName, fix?: string): readonly Placed<string>[] {
    const value = this.parsed(variable, "use a comma-separated list or a JSON array of strings");
    if (value === null) return [];
    const isMissing = value === undefined || (Array.isArray(value) && value.length === 0);
    if (isMissing && fix !== undefined) this.wrong(variable, "is not set", fix);
    if (Array.isArray(value) && !value.every((one) => typeof one === "string")) {
      this.wrong(variable, "lists something other than strings", "use strings only");
      return [];
    }
    const text = Array.isArray(value) ? "" : this.text(variable);
    const entries = Array.isArray(value) ? value : text === "" ? [] : text.split(",");
    return entries.map((entry: string, index) => ({
      entry: entry.trim(),
      path: entries.length === 1 ? variable : `${variable}[${index}]`,
    }));
  }

  /** The value; a problem when it isn't set. */
  required(variable: SettingName, fix: string): string {
    const text = this.text(variable);
    if (text === "" && this.value(variable) === undefined) this.wrong(variable, "is not set", fix);
    return text;
  }

  /** A secret; a problem when it isn't set. */
  secret(variable: SettingName): string {
    const value = this.value(variable);
    if (typeof value === "string") return bareSecret(value);
    return this.required(variable, `set it, on Cloudflare with \`wrangler secret put ${variable}\``);
  }

  /** One of the allowed values; `otherwise` when it isn't set. */
  oneOf<T extends string>(variable: SettingName, allowed: readonly T[], otherwise: T): T {
    const text = this.text(variable);
    const found = text === "" ? otherwise : allowed.find((one) => one === text);
    if (found === undefined) this.wrong(variable, "has an unknown value", `use ${anyOf(allowed)}`);
    return found ?? otherwise;
  }

  /** Of these settings, those that are set and that nobody has read: they have no effect. */
  unread<T extends SettingName>(variables: readonly T[]): readonly T[] {
    return variables.filter((one) => !this.#read.has(one) && this.#given(one) !== undefined);
  }
}
