import type { SettingsReader } from "./settings-reader.ts";

/** Whether a host is a DNS name or an IP address, and so has no character with a meaning in a CSP. */
export function isHostName(hostname: string): boolean {
  return /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]+\])$/i.test(hostname);
}

/** The origin of an http(s) URL without path, query or credentials; null for any other text. */
export function originOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, origin, href } = new URL(text);
  const isPlain = (protocol === "https:" || protocol === "http:") && href === `${origin}/`;
  return isPlain && isHostName(hostname) ? origin : null;
}

/** Reads PUBLIC_URL: the origin that browsers show for the page; null if it isn't set. */
export function readPublicUrl(reader: SettingsReader): string | null {
  const text = reader.text("PUBLIC_URL");
  if (text === "") return null;
  const origin = originOf(text);
  if (origin === null) {
    const fix = "use the address that browsers show, without a path, such as https://mycelium.example.com";
    reader.report("PUBLIC_URL", "is not an origin", fix);
  }
  return origin;
}

/** Reads EMBED_ORIGINS: origins whose pages may embed this one; `*.` matches any subdomain (CSP Level 3, host-source). */
export function readEmbedOrigins(reader: SettingsReader): readonly string[] {
  return reader.list("EMBED_ORIGINS").flatMap(({ entry, path }) => {
    const origin = originOf(entry.replace("://*.", "://any."));
    if (origin !== null) return [origin.replace("://any.", entry.includes("://*.") ? "://*." : "://any.")];
    const fix = "use an address without a path, such as https://intranet.example.com";
    reader.report("EMBED_ORIGINS", "is not an origin", fix, path);
    return [];
  });
}
