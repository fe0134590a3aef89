/** For tests only: scans the worker's answers and log lines for leaks. */

/** What no answer and no log line of the worker may contain. */
const LEAKS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["a seed", /S[AOUNC][A-Z2-7]{56}/],
  ["a token", /eyJ[\w-]{8,}/],
  ["INFO's network details", /connect_urls|client_ip|"nonce"/],
  ["a server's own words", /-ERR '/],
  ["a stack trace", /^\s+at .+:\d+:\d+\)?$/m],
  ["the tests' passphrases", /correct horse battery|it's a long passphrase/],
];

/** The names of the leaks in a text. */
export function leaksIn(text: string): readonly string[] {
  return LEAKS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
}

/** Whether an answer is the worker's: only its CSP is like this (worker/security.ts). */
function isOfWorker(headers: Headers): boolean {
  return headers.get("Content-Security-Policy")?.includes("; frame-ancestors ") ?? false;
}

/** Whether an answer is a file of the page, which may contain such words, but nothing of a deployment. */
function isOfPage(headers: Headers): boolean {
  return /html|javascript|css|image|manifest/.test(headers.get("Content-Type") ?? "");
}

/** The leaks in the worker's answer, headers and body. Only the answer to a token request may contain credentials. */
export async function leaksInAnswer(method: string, response: Response): Promise<readonly string[]> {
  const { headers, status } = response;
  if (!isOfWorker(headers)) return [];
  const isToken = method === "POST" && status === 200;
  const body = isToken || isOfPage(headers) ? "" : await response.text().catch(() => "");
  const found = leaksIn(`${[...headers].flat().join("\n")}\n${body}`);
  return found.map((name) => `${name} in ${method} ${response.url} (${status}): ${body.slice(0, 500)}`);
}
