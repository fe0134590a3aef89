import { type CredentialsSource, FaultError, fault } from "../../client/index.ts";
import type { PageAuth } from "../../contract/page-config.ts";
import { Part } from "../ui/parts.ts";
import type { Passphrase } from "./passphrase.ts";

/** The page's source of credentials, loaded separately; undefined when no credentials are needed. */
export function credentialsFor(auth: PageAuth, passphrase: Passphrase): CredentialsSource | undefined {
  if (auth.mode === "none") return undefined;
  const source = new Part(async () => (await import("./token-source.ts")).tokenSource(auth, passphrase));
  // A failure to load is reported by the dial that needs the module.
  source.get().catch(() => {});
  return async (signal) => (await source.get().catch(notLoaded))(signal);
}

/** The module couldn't be loaded (a deploy removed it, or there is no network), so the worker was never asked. */
function notLoaded(reason: unknown): never {
  const detail = String(reason);
  const basis = fault("token-source", { phase: "credentials", detail });
  throw new FaultError({ ...basis, explanation: "not-loaded" }, detail);
}
