import type { TlsSettings } from "../settings.ts";
import { as, checked, duration, flag, type ReadFile, readBlock, text } from "./fields.ts";
import { ConfigError, type Setting } from "./syntax.ts";

interface TlsFields {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly verify: boolean;
  readonly handshakeFirst: boolean;
}

/** Reads a `tls { cert_file … key_file … }` block, and the files it names. */
export function readTls(setting: Setting, name: string, readFile: ReadFile): TlsSettings {
  const file = (one: Setting, field: string): string => readFile(text(one, field));
  const { cert, key, ca, verify, ...others } = readBlock<TlsFields>(setting, name, {
    cert_file: as("cert", file),
    key_file: as("key", file),
    ca_file: as("ca", file),
    verify: as("verify", flag),
    handshake_first: as("handshakeFirst", flag),
    timeout: checked(duration),
  });
  if (cert === undefined || key === undefined)
    throw new ConfigError(setting.line, `${name} needs cert_file and key_file`);
  if (verify !== true) return { cert, key, ...others };
  if (ca === undefined) throw new ConfigError(setting.line, `${name}.verify needs ca_file`);
  return { cert, key, ca, ...others };
}
