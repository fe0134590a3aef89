import type { TlsSettings } from "../settings.ts";
import {
  block,
  checked,
  duration,
  type FieldReader,
  flag,
  type ReadFile,
  readBlock,
  text,
} from "./fields.ts";
import { ConfigError, type Setting } from "./syntax.ts";

interface TlsFields {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly verify: "clients" | "nobody";
  readonly handshakeFirst: boolean;
}

/** Reads a `tls { cert_file … key_file … }` block, and the files it names. */
export function readTls(setting: Setting, name: string, readFile: ReadFile): TlsSettings {
  const fields: Readonly<Record<string, FieldReader<TlsFields>>> = {
    cert_file: (one, field) => ({ cert: readFile(text(one, field)) }),
    key_file: (one, field) => ({ key: readFile(text(one, field)) }),
    ca_file: (one, field) => ({ ca: readFile(text(one, field)) }),
    verify: (one, field) => ({ verify: flag(one, field) ? "clients" : "nobody" }),
    handshake_first: (one, field) => ({ handshakeFirst: flag(one, field) }),
    timeout: checked(duration),
  };
  const { cert, key, ca, verify, handshakeFirst } = readBlock(block(setting, name), `${name}.`, fields);
  if (cert === undefined || key === undefined) {
    throw new ConfigError(setting.line, `${name} needs cert_file and key_file`);
  }
  if (verify === "clients" && ca === undefined)
    throw new ConfigError(setting.line, `${name}.verify needs ca_file`);
  return {
    cert,
    key,
    ...(verify === "clients" && ca !== undefined ? { ca } : {}),
    ...(handshakeFirst === undefined ? {} : { handshakeFirst }),
  };
}
