import { readBare } from "./scalars.ts";

/** A value of a configuration file, with its line number. */
export interface Setting {
  readonly line: number;
  readonly value: Value;
  /** Set when the setting was referenced as `$name`; it then needn't be a known field. */
  role?: "variable";
}

/** The value of a setting. */
export type Value = string | number | boolean | readonly Setting[] | Block;

/** The settings between two braces, or of a whole file, by name. */
export type Block = ReadonlyMap<string, Setting>;

/** An invalid configuration; the message names the line, the field and the fix. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** @param kind syntax errors are worded as in nats-server */
  constructor(line: number, message: string, kind: "syntax" | "field" = "field") {
    super(kind === "syntax" ? `Parse error on line ${line}: '${message}'` : `line ${line}: ${message}`);
  }
}

/** Blanks, separators and comments. */
const BETWEEN = /(?:[\s,;]|(?:#|\/\/)[^\n]*)*/y;
const BLANKS = /[ \t]*/y;
const NAME = /[^\s:={}[\],;#"']+/y;
const BARE = /[^\s,;{}[\]#]+/y;
const QUOTED = /"(?:[^"\\]|\\.)*"|'[^']*'/sy;
/** `( … )`: everything up to a line that begins with the closing parenthesis. */
const RAW = /\(.*?\n\s*\)/sy;

/** Reads nats-server's configuration format, of which JSON is a part. */
export function parseConfig(text: string, environment: Readonly<Record<string, string | undefined>>): Block {
  return new Reader(text, environment).file();
}

class Reader {
  readonly #text: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  /** The enclosing blocks, outermost first; variables are looked up from the innermost. */
  readonly #scopes: Map<string, Setting>[] = [];
  #at = 0;

  constructor(text: string, environment: Readonly<Record<string, string | undefined>>) {
    this.#text = text;
    this.#environment = environment;
  }

  file(): Block {
    this.#take(BETWEEN);
    const block = this.#next === "{" ? this.#wrapped() : this.#block("");
    this.#take(BETWEEN);
    if (this.#next !== "") throw this.#error(`unexpected ${this.#next}`);
    return block;
  }

  #wrapped(): Block {
    this.#at++;
    return this.#block("}");
  }

  #block(end: "}" | ""): Block {
    const block = new Map<string, Setting>();
    this.#scopes.push(block);
    this.#until(end, () => {
      const name = this.#name();
      if (name === "include") throw this.#error("include is not supported: put the settings into one file");
      this.#take(BETWEEN);
      if (this.#next === ":" || this.#next === "=") this.#at++;
      this.#take(BETWEEN);
      if (this.#next === "") throw this.#error(`${name} has no value`);
      block.set(name, this.#setting());
    });
    this.#scopes.pop();
    return block;
  }

  #list(): readonly Setting[] {
    const list: Setting[] = [];
    this.#at++;
    this.#until("]", () => list.push(this.#setting()));
    return list;
  }

  /** Reads items up to `end`; "" is the end of the text. */
  #until(end: "}" | "]" | "", readOne: () => void): void {
    for (;;) {
      this.#take(BETWEEN);
      if (this.#next === end) break;
      if (this.#next === "") throw this.#error(end === "}" ? "a { has no }" : "a [ has no ]");
      readOne();
      this.#endValue(end);
    }
    this.#at += end.length;
  }

  #name(): string {
    if (this.#next === '"' || this.#next === "'") return this.#quoted();
    return this.#take(NAME) || this.#unexpected();
  }

  #setting(): Setting {
    const { line } = this;
    return { line, value: this.#value() };
  }

  #value(): Value {
    switch (this.#next) {
      case "{":
        return this.#wrapped();
      case "[":
        return this.#list();
      case '"':
      case "'":
        return this.#quoted();
      case "(":
        return this.#raw();
      default: {
        const bare = this.#take(BARE) || this.#unexpected();
        return bare.startsWith("$") ? this.#variable(bare.slice(1)) : readBare(bare);
      }
    }
  }

  #quoted(): string {
    const quoted = this.#take(QUOTED);
    if (quoted === "") throw this.#error(`a ${this.#next} is not closed`);
    const text = quoted.slice(1, -1);
    return quoted.startsWith('"') ? text.replace(/\\(.)/gs, (_, letter) => escaped(letter)) : text;
  }

  #raw(): string {
    const raw = this.#take(RAW);
    if (raw === "") throw this.#error("a ( has no ) on a line of its own");
    return raw.slice(1, -1).trim();
  }

  #variable(name: string): Value {
    const setting = this.#scopes.findLast((scope) => scope.has(name))?.get(name);
    if (setting !== undefined) {
      setting.role = "variable";
      return setting.value;
    }
    const outside = this.#environment[name];
    if (outside === undefined)
      throw this.#error(`$${name} is set neither in the file nor in the environment`);
    return readBare(outside);
  }

  /** Checks that a separator, a new line or a comment follows a value. */
  #endValue(end: "}" | "]" | ""): void {
    this.#take(BLANKS);
    const next = this.#next;
    if (next === end || /^[\r\n,;#]?$/.test(next) || this.#text.startsWith("//", this.#at)) return;
    throw this.#error(`expected a new line, "," or ";" after a value, but got ${next}`);
  }

  /** The next character; "" at the end of the text. */
  get #next(): string {
    return this.#text[this.#at] ?? "";
  }

  /** Consumes and returns the text that matches at the current position; "" when none does. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [taken = ""] = pattern.exec(this.#text) ?? [];
    this.#at += taken.length;
    return taken;
  }

  get line(): number {
    return this.#text.slice(0, this.#at).split("\n").length;
  }

  #unexpected(): never {
    throw this.#error(`unexpected ${this.#next}`);
  }

  #error(message: string): ConfigError {
    return new ConfigError(this.line, message, "syntax");
  }
}

function escaped(letter: string): string {
  return { n: "\n", r: "\r", t: "\t" }[letter] ?? letter;
}
