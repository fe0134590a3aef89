import type { ConfigProblem } from "../../contract/problem.ts";
import { anyOf } from "../../contract/text.ts";
import type { Environment, SettingName } from "../settings.ts";

/** An entry of a list in a setting, and its path in error messages, such as `EXPLORE[1]`. */
export interface WithPath<T> {
  readonly entry: T;
  readonly path: string;
}

/** The entries without their paths. */
export function withoutPaths<T>(entries: readonly WithPath<T>[]): readonly T[] {
  return entries.map(({ entry }) => entry);
}

/** A value in quotes: unlike a shell, an `--env-file` or a compose file's list keeps them. */
const QUOTED = /^\s*(["'`]).*\1\s*$/s;

/** A secret without the byte order mark and line break of the file it came from, otherwise unchanged. */
export function bareSecret(text: string): string {
  return text.replace(/^\uFEFF|\r?\n$|\r$/g, "");
}

/** Parses a whole number written in digits only; null for any other text, or out of bounds. */
export function wholeNumber(text: string, least: number, most: number): number | null {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : null;
}

/**
 * Reads settings one by one and collects their problems. No message may contain a value: messages are public, and a
 * value in the wrong variable may be a secret.
 */
export class SettingsReader {
  readonly problems: ConfigProblem[] = [];
  readonly #environment: Environment;
  readonly #read = new Set<SettingName>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Adds a problem; `path` is its place inside the variable. */
  report(variable: SettingName, message: string, fix: string, path: string = variable): void {
    this.problems.push({ variable, path, message, fix });
  }

  /** The raw value; undefined if it is empty or not set. */
  value(variable: SettingName): unknown {
    this.#read.add(variable);
    return this.#given(variable);
  }

  #given(variable: SettingName): unknown {
    const value = this.#environment[variable] ?? undefined;
    return typeof value === "string" && value.trim() === "" ? undefined : value;
  }

  /**
   * As `value`, but parses a text that begins with `[` or `{` as a JSON array; null, with a problem, if it isn't one.
   * @param fix the problem's fix
   */
  parsed(variable: SettingName, fix: string): unknown {
    const value = this.value(variable);
    if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
    try {
      const parsed: unknown = JSON.parse(value.trim());
      if (Array.isArray(parsed)) return parsed;
      this.report(variable, "is not a list", fix);
    } catch (error) {
      // The rest of the parser's message would repeat a part of the value.
      const [place = ""] = / \(line \d+ column \d+\)$/.exec((error as Error).message) ?? [];
      this.report(variable, `is not valid JSON${place}`, fix);
    }
    return null;
  }

  /** The value as trimmed text, or "" if it isn't set. A number or boolean comes from a file, as in `PAGE_NAME = 1`. */
  text(variable: SettingName): string {
    const value = this.value(variable) ?? "";
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (typeof value !== "string")
      this.report(variable, "is neither text nor a number", "set it to one text");
    else if (QUOTED.test(value)) this.report(variable, "is wrapped in quotes", "remove the quotes");
    else return value.trim();
    return "";
  }

  /**
   * The entries of a comma-separated text or a list of strings.
   * @param fix if given, an empty list or none at all is a problem with this fix
   */
  list(variable: SettingName, fix?: string): readonly WithPath<string>[] {
    const value = this.parsed(variable, "use a comma-separated list or a JSON array of strings");
    if (value === null) return [];
    const isMissing = value === undefined || (Array.isArray(value) && value.length === 0);
    if (isMissing && fix !== undefined) this.report(variable, "is not set", fix);
    if (Array.isArray(value) && !value.every((one) => typeof one === "string")) {
      this.report(variable, "lists something other than strings", "use strings only");
      return [];
    }
    const text = Array.isArray(value) ? "" : this.text(variable);
    const entries = Array.isArray(value) ? value : text === "" ? [] : text.split(",");
    return entries.map((entry: string, index) => ({
      entry: entry.trim(),
      path: entries.length === 1 ? variable : `${variable}[${index}]`,
    }));
  }

  /** The value as text, or "" and a problem if it isn't set. */
  required(variable: SettingName, fix: string): string {
    const text = this.text(variable);
    if (text === "" && this.value(variable) === undefined) this.report(variable, "is not set", fix);
    return text;
  }

  /** A secret, untrimmed, or "" and a problem if it isn't set. */
  secret(variable: SettingName): string {
    const value = this.value(variable);
    if (typeof value === "string") return bareSecret(value);
    return this.required(variable, `set it, on Cloudflare with \`wrangler secret put ${variable}\``);
  }

  /** One of the allowed values; `otherwise` if it isn't set. */
  oneOf<T extends string>(variable: SettingName, allowed: readonly T[], otherwise: T): T {
    const text = this.text(variable);
    const found = text === "" ? otherwise : allowed.find((one) => one === text);
    if (found === undefined) this.report(variable, "has an unknown value", `use ${anyOf(allowed)}`);
    return found ?? otherwise;
  }

  /** Those of the given settings that are set but were never read, and so have no effect. */
  unread<T extends SettingName>(variables: readonly T[]): readonly T[] {
    return variables.filter((one) => !this.#read.has(one) && this.#given(one) !== undefined);
  }
}
