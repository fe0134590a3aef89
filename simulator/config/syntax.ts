import { readBare } from "./scalars.ts";

/** A value of a configuration file, with the line it stands on. */
export interface Setting {
  readonly line: number;
  readonly value: Value;
  /** A `variable` was used elsewhere by its name, and so need not be a field that is known. */
  role?: "variable";
}

/** What a setting can be. */
export type Value = string | number | boolean | readonly Setting[] | Block;

/** The settings between two braces, or of a whole file, by name. */
export type Block = ReadonlyMap<string, Setting>;

/** A configuration that can't be used; the message names the line, the field and the fix. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** @param kind a text that can't be read is told in nats-server's words */
  constructor(line: number, message: string, kind: "syntax" | "field" = "field") {
    super(kind === "syntax" ? `Parse error on line ${line}: '${message}'` : `line ${line}: ${message}`);
  }
}

const BLANK = /[\s,;]/;
const NAME = /[^\s:={}[\],;#"']/;
const BARE = /[^\s,;{}[\]#]/;

/** Reads nats-server's configuration format, of which JSON is a part. */
export function parseConfig(text: string, environment: Readonly<Record<string, string | undefined>>): Block {
  return new Reader(text, environment).file();
}

class Reader {
  readonly #text: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  /** The blocks around the place being read: variables are looked up from the innermost outwards. */
  readonly #scopes: Map<string, Setting>[] = [];
  #at = 0;

  constructor(text: string, environment: Readonly<Record<string, string | undefined>>) {
    this.#text = text;
    this.#environment = environment;
  }

  file(): Block {
    this.#skip();
    const isWrapped = this.#text[this.#at] === "{";
    if (isWrapped) this.#at++;
    const block = this.#block(isWrapped ? "}" : "");
    this.#skip();
    if (this.#at < this.#text.length) throw this.#error(`unexpected ${this.#text[this.#at]}`);
    return block;
  }

  #block(end: "}" | ""): Block {
    const block = new Map<string, Setting>();
    this.#scopes.push(block);
    for (;;) {
      this.#skip();
      const next = this.#text[this.#at];
      if (next === undefined) {
        if (end !== "") throw this.#error("a { has no }");
        break;
      }
      if (next === end) {
        this.#at++;
        break;
      }
      const name = this.#name(next);
      if (name === "include") throw this.#error("include is not supported: put the settings into one file");
      block.set(name, this.#setting(name));
      this.#endValue(end);
    }
    this.#scopes.pop();
    return block;
  }

  #name(next: string): string {
    if (next === '"' || next === "'") return this.#quoted(next);
    const name = this.#while(NAME);
    if (name === "") throw this.#error(`unexpected ${next}`);
    return name;
  }

  #setting(name: string): Setting {
    this.#skip();
    if (this.#text[this.#at] === ":" || this.#text[this.#at] === "=") this.#at++;
    this.#skip();
    if (this.#at >= this.#text.length) throw this.#error(`${name} has no value`);
    const { line } = this;
    return { line, value: this.#value() };
  }

  #value(): Value {
    const next = this.#text[this.#at];
    if (next === "{") {
      this.#at++;
      return this.#block("}");
    }
    if (next === "[") return this.#list();
    if (next === '"' || next === "'") return this.#quoted(next);
    if (next === "(") return this.#raw();
    const bare = this.#while(BARE);
    if (bare === "") throw this.#error(`unexpected ${next}`);
    return bare.startsWith("$") ? this.#variable(bare.slice(1)) : readBare(bare);
  }

  #list(): readonly Setting[] {
    const list: Setting[] = [];
    this.#at++;
    for (;;) {
      this.#skip();
      if (this.#at >= this.#text.length) throw this.#error("a [ has no ]");
      if (this.#text[this.#at] === "]") break;
      const { line } = this;
      list.push({ line, value: this.#value() });
      this.#endValue("]");
    }
    this.#at++;
    return list;
  }

  #quoted(quote: string): string {
    const { line } = this;
    let text = "";
    for (this.#at++; this.#text[this.#at] !== quote; this.#at++) {
      if (this.#at >= this.#text.length) throw new ConfigError(line, `a ${quote} is not closed`, "syntax");
      const isEscape = quote === '"' && this.#text[this.#at] === "\\";
      if (isEscape) this.#at++;
      text += isEscape ? escaped(this.#text[this.#at] ?? "") : this.#text[this.#at];
    }
    this.#at++;
    return text;
  }

  /** `( … )`: everything up to a line that begins with the closing parenthesis. */
  #raw(): string {
    const end = /\n\s*\)/g;
    end.lastIndex = this.#at;
    const found = end.exec(this.#text);
    if (found === null) throw this.#error("a ( has no ) on a line of its own");
    const text = this.#text.slice(this.#at + 1, found.index);
    this.#at = end.lastIndex;
    return text.trim();
  }

  #variable(name: string): Value {
    for (const scope of this.#scopes.toReversed()) {
      const setting = scope.get(name);
      if (setting === undefined) continue;
      setting.role = "variable";
      return setting.value;
    }
    const outside = this.#environment[name];
    if (outside === undefined)
      throw this.#error(`$${name} is neither set in the file nor in the environment`);
    return readBare(outside);
  }

  #while(allowed: RegExp): string {
    const start = this.#at;
    while (this.#at < this.#text.length && allowed.test(this.#text[this.#at] ?? "")) {
      if (this.#text.startsWith("//", this.#at) && this.#at === start) break;
      this.#at++;
    }
    return this.#text.slice(start, this.#at);
  }

  /** Between two values there is a separator or a new line: what follows a value on its line belongs to nothing. */
  #endValue(end: "}" | "]" | ""): void {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
    const next = this.#text[this.#at];
    const isEnded = next === undefined || next === end || /[\r\n,;#]/.test(next);
    if (isEnded || this.#text.startsWith("//", this.#at)) return;
    throw this.#error(`expected a new line, "," or ";" after a value, but got ${next}`);
  }

  /** Passes blanks, separators and comments. */
  #skip(): void {
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined) return;
      if (next === "#" || this.#text.startsWith("//", this.#at)) {
        const lineEnd = this.#text.indexOf("\n", this.#at);
        this.#at = lineEnd < 0 ? this.#text.length : lineEnd;
      } else if (BLANK.test(next)) {
        this.#at++;
      } else {
        return;
      }
    }
  }

  get line(): number {
    return this.#text.slice(0, this.#at).split("\n").length;
  }

  #error(message: string): ConfigError {
    return new ConfigError(this.line, message, "syntax");
  }
}

function escaped(letter: string): string {
  return { n: "\n", r: "\r", t: "\t" }[letter] ?? letter;
}
