import { readDuration } from "./scalars.ts";
import { type Block, ConfigError, type Setting } from "./syntax.ts";

/** How files named in a configuration are read; a parameter, so that tests need none. */
export type ReadFile = (path: string) => string;

/** Reads one setting's value; the name is for the error. */
type Read<V> = (setting: Setting, name: string) => V;

/** Takes one field into what is being built. */
export type FieldReader<T> = Read<Partial<T>>;

/** What a block may have: the reader of each field, by its names. */
export type Fields<T> = Readonly<Record<string, FieldReader<T>>>;

/** What stands under several names, `a b`, under each of them. */
export function byName<T>(entries: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(
    Object.entries(entries).flatMap(([names, entry]) =>
      names.split(" ").map((name): [string, T] => [name, entry]),
    ),
  );
}

/**
 * Reads a block field by field; a field that isn't in the table is refused by
 * name, since a setting that is silently ignored makes a test pass for the wrong reason.
 * @param where what stands before a field's name in the errors
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

/** Reads the fields of a block within another. */
export function readBlock<T extends object>(setting: Setting, name: string, fields: Fields<T>): Partial<T> {
  return readFields(block(setting, name), `${name}.`, fields);
}

/** A field that is kept as it is read. */
export function as<Key extends string, V>(key: Key, read: Read<V>): Read<{ readonly [K in Key]: V }> {
  return (setting, name) => ({ [key]: read(setting, name) }) as { readonly [K in Key]: V };
}

/** A field that is accepted and has no effect here, as long as its value is of the right kind. */
export function checked(read: Read<unknown>): Read<Record<never, never>> {
  return (setting, name) => {
    read(setting, name);
    return {};
  };
}

export function text({ value, line }: Setting, name: string): string {
  if (typeof value === "string") return value;
  throw new ConfigError(line, `${name} must be text; put digits and switches into quotes`);
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

/** A port; -1 becomes 0, "any free one". */
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

/** One text or a list of them. */
export function texts(setting: Setting, name: string): readonly string[] {
  return Array.isArray(setting.value)
    ? setting.value.map((one: Setting) => text(one, name))
    : [text(setting, name)];
}

/** An IPv6 address may be given in the brackets that it has before a port. */
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
