import type { Reading } from "./reading.ts";

/** Letters, digits, dots, dashes and underscores, no more than the DNS takes, or an IPv6 address: nothing that means something in a policy. */
export function isHostName(hostname: string): boolean {
  return /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]+\])$/i.test(hostname);
}

/** The origin of a URL that has nothing but one; null when it isn't such a URL. */
export function originOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, origin, href } = new URL(text);
  const isPlain = (protocol === "https:" || protocol === "http:") && href === `${origin}/`;
  return isPlain && isHostName(hostname) ? origin : null;
}

/** PUBLIC_URL: the origin under which browsers see the page; null when it isn't given. */
export function readPublicUrl(reading: Reading): string | null {
  const text = reading.text("PUBLIC_URL");
  if (text === "") return null;
  const origin = originOf(text);
  if (origin === null) {
    reading.wrong(
      "PUBLIC_URL",
      "is not an origin",
      "use the address that browsers show, without a path, such as https://mycelium.example.com",
    );
  }
  return origin;
}

/** EMBED_ORIGINS: whose pages may embed this one; `*.` may stand for any name below a domain (CSP Level 3, host-source). */
export function readEmbedOrigins(reading: Reading): readonly string[] {
  return reading.list("EMBED_ORIGINS").flatMap(({ entry, path }) => {
    const origin = originOf(entry.replace("://*.", "://any."));
    if (origin !== null) return [origin.replace("://any.", entry.includes("://*.") ? "://*." : "://any.")];
    const fix = "use an address without a path, such as https://intranet.example.com";
    reading.wrong("EMBED_ORIGINS", "is not an origin", fix, path);
    return [];
  });
}
