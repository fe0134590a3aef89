/** What a text is as a URL; undefined when it is none. (`URL.parse` came after Node 20.) */
export function parseUrl(text: string, base?: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}
