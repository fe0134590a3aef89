/** For tests only: what the worker says is scanned for what it must not say. */

/** What no answer and no log line of the worker may ever hold. */
const NEVER: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["a seed", /S[AOUNC][A-Z2-7]{56}/],
  ["a token", /eyJ[\w-]{8,}/],
  ["what INFO tells of the network", /connect_urls|client_ip|"nonce"/],
  ["a server's own words", /-ERR '/],
  ["where the code failed", /^\s+at .+:\d+:\d+\)?$/m],
  ["the tests' passphrases", /correct horse battery|it's a long passphrase/],
];

/** The names of what leaks in a text. */
export function leaksIn(text: string): readonly string[] {
  return NEVER.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
}

/** Every answer of the worker has this, and no other server's has (worker/security.ts). */
function isOfWorker(headers: Headers): boolean {
  return headers.get("Content-Security-Policy")?.includes("; frame-ancestors ") ?? false;
}

/** The page's own code and pictures hold these words, and nothing of any deployment. */
function isOfPage(headers: Headers): boolean {
  return /html|javascript|css|image|manifest/.test(headers.get("Content-Type") ?? "");
}

/** What leaks in an answer, if it is the worker's: headers and body. Credentials may be in one answer only, the one to who asked for them. */
export async function leaksInAnswer(method: string, response: Response): Promise<readonly string[]> {
  const { headers, status } = response;
  if (!isOfWorker(headers)) return [];
  const isToken = method === "POST" && status === 200;
  const body = isToken || isOfPage(headers) ? "" : await response.text().catch(() => "");
  const found = leaksIn(`${[...headers].flat().join("\n")}\n${body}`);
  return found.map((name) => `${name} in ${method} ${response.url} (${status}): ${body.slice(0, 500)}`);
}
