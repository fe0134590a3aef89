import { readDuration } from "./scalars.ts";
import { type Block, ConfigError, type Setting } from "./syntax.ts";

/** Reads a file that a configuration names; injected so that tests need no files. */
export type ReadFile = (path: string) => string;

/** Reads a setting's value; the name is for error messages. */
type Read<V> = (setting: Setting, name: string) => V;

/** Reads one field into a part of the result. */
export type FieldReader<T> = Read<Partial<T>>;

/** The fields that a block may have: readers by the field's names, separated by spaces. */
export type Fields<T> = Readonly<Record<string, FieldReader<T>>>;

/** Expands keys with several names, such as `a b`, to one entry per name. */
export function byName<T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(
    Object.entries(entries).flatMap(([names, entry]) =>
      names.split(" ").map((name): [string, T] => [name, entry]),
    ),
  );
}

/**
 * Reads a block field by field. An unknown field is an error, because a setting that is silently
 * ignored makes a test pass for the wrong reason.
 * @param where prefix of field names in error messages
 */
export function readFields<T extends object>(settings: Block, where: string, fields: Fields<T>): Partial<T> {
  const readers = byName(fields);
  let built: Partial<T> = {};
  for (const [name, setting] of settings) {
    const reader = readers.get(name.toLowerCase());
    if (reader === undefined && setting.role === "variable") continue;
    if (reader === undefined) {
      const known = [...readers.keys()].join(", ");
      throw new ConfigError(setting.line, `${where}${name} is not supported; supported: ${known}`);
    }
    built = { ...built, ...reader(setting, `${where}${name}`) };
  }
  return built;
}

/** Reads the fields of a nested block. */
export function readBlock<T extends object>(setting: Setting, name: string, fields: Fields<T>): Partial<T> {
  return readFields(block(setting, name), `${name}.`, fields);
}

/** A field whose value becomes the option `key`. */
export function field<Key extends string, V>(key: Key, read: Read<V>): Read<{ readonly [K in Key]: V }> {
  return (setting, name) => ({ [key]: read(setting, name) }) as { readonly [K in Key]: V };
}

/** A field whose value is checked and then ignored, because it has no effect in the simulator. */
export function ignored(read: Read<unknown>): Read<Record<never, never>> {
  return (setting, name) => {
    read(setting, name);
    return {};
  };
}

export function text({ value, line }: Setting, name: string): string {
  if (typeof value === "string") return value;
  throw new ConfigError(line, `${name} must be text; quote numbers and true or false`);
}

export function whole({ value, line }: Setting, name: string): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw new ConfigError(line, `${name} must be a whole number`);
}

export function flag({ value, line }: Setting, name: string): boolean {
  if (typeof value === "boolean") return value;
  throw new ConfigError(line, `${name} must be true or false`);
}

/** A duration, in milliseconds. */
export function duration({ value, line }: Setting, name: string): number {
  const ms = readDuration(value);
  if (ms === undefined) throw new ConfigError(line, `${name} must be a duration such as "2s" or "1m30s"`);
  return ms;
}

/** A port; -1 becomes 0, which picks a free one. */
export function port(setting: Setting, name: string): number {
  const value = whole(setting, name);
  if (value < -1 || value > 65_535)
    throw new ConfigError(setting.line, `${name} must be a port, or -1 for a free one`);
  return Math.max(0, value);
}

export function block({ value, line }: Setting, name: string): Block {
  if (value instanceof Map) return value;
  throw new ConfigError(line, `${name} must be a block { … }`);
}

export function list({ value, line }: Setting, name: string): readonly Setting[] {
  if (Array.isArray(value)) return value;
  throw new ConfigError(line, `${name} must be a list [ … ]`);
}

/** A text, or a list of texts. */
export function texts(setting: Setting, name: string): readonly string[] {
  return Array.isArray(setting.value)
    ? setting.value.map((one: Setting) => text(one, name))
    : [text(setting, name)];
}

/** An address without the brackets of an IPv6 address. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

/** An address without a port. */
export function hostName(setting: Setting, name: string): string {
  return withoutBrackets(text(setting, name));
}

/** `host:port`, or a port alone. */
export function address(setting: Setting, name: string): { readonly host?: string; readonly port: number } {
  if (typeof setting.value === "number") return { port: port(setting, name) };
  const [, host, digits] = /^(.*):(-?\d+)$/.exec(text(setting, name)) ?? [];
  if (host === undefined || digits === undefined)
    throw new ConfigError(setting.line, `${name} must be host:port`);
  const number = port({ line: setting.line, value: Number(digits) }, name);
  return host === "" ? { port: number } : { host: withoutBrackets(host), port: number };
}
