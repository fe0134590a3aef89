import type { CredentialsSource } from "../../client/index.ts";
import type { PageAuth } from "../../contract/page-config.ts";
import type { Passphrase } from "./passphrase.ts";

/** How the page gets its credentials; undefined where none are needed. What fetches them is loaded beside the page. */
export function credentialsFor(auth: PageAuth, passphrase: Passphrase): CredentialsSource | undefined {
  if (auth.mode === "none") return undefined;
  const load = async () => (await import("./token-source.ts")).tokenSource(auth, passphrase);
  const loading = load();
  // Whoever dials is told.
  loading.catch(() => {});
  return async (signal) => {
    const source = await loading.catch(load);
    return source(signal);
  };
}
