import type { TlsSettings } from "../settings.ts";
import { duration, field, ignored, type ReadFile, readBlock, text } from "./fields.ts";
import { ConfigError, type Setting } from "./syntax.ts";

interface TlsFields {
  readonly cert: string;
  readonly key: string;
}

/** Reads a `tls { cert_file … key_file … }` block and its files. */
export function readTls(setting: Setting, name: string, readFile: ReadFile): TlsSettings {
  const file = (one: Setting, field: string): string => readFile(text(one, field));
  const { cert, key } = readBlock<TlsFields>(setting, name, {
    cert_file: field("cert", file),
    key_file: field("key", file),
    timeout: ignored(duration),
  });
  if (cert === undefined || key === undefined)
    throw new ConfigError(setting.line, `${name} needs cert_file and key_file`);
  return { cert, key };
}
