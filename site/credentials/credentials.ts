import { type CredentialsSource, FaultError, fault } from "../../client/index.ts";
import type { PageAuth } from "../../contract/page-config.ts";
import { Part } from "../ui/parts.ts";
import type { Passphrase } from "./passphrase.ts";

/** How the page gets its credentials; undefined where none are needed. What fetches them is loaded beside the page. */
export function credentialsFor(auth: PageAuth, passphrase: Passphrase): CredentialsSource | undefined {
  if (auth.mode === "none") return undefined;
  const source = new Part(async () => (await import("./token-source.ts")).tokenSource(auth, passphrase));
  // Whoever dials is told.
  source.get().catch(() => {});
  return async (signal) => (await source.get().catch(notLoaded))(signal);
}

/** A deploy took it away, or there is no network: the worker was never asked. */
function notLoaded(reason: unknown): never {
  const detail = String(reason);
  const basis = fault("token-source", { phase: "credentials", detail });
  throw new FaultError({ ...basis, explanation: "not-loaded" }, detail);
}
