/** The address to share: the page's own with these hash parameters, and with live data on for the recipient. */
export function pageUrl(more: Readonly<Record<string, string>> = {}): string {
  const url = new URL(location.href);
  const parameters = new URLSearchParams(url.hash.slice(1));
  for (const [name, value] of Object.entries({ live: "on", ...more })) parameters.set(name, value);
  url.hash = String(parameters);
  return url.href;
}
