import type { Auth } from "../config/auth.ts";
import type { Config } from "../config.ts";
import { viewerPermissions } from "./claims.ts";
import { importSigner, signUserJwt } from "./user-jwt.ts";

/** The part of the configuration that says what a viewer may do. */
export type Viewing = Pick<Config, "auth" | "feeds" | "explore">;

/** Signs a viewer's token. The probe comes in with such a one too: a server that takes it takes the viewers'. */
export async function signViewerJwt(
  { auth, feeds, explore }: Viewing & { readonly auth: Auth & { readonly mode: "jwt" } },
  userKey: string,
  issuedAtMs: number,
) {
  return signUserJwt(await importSigner(auth.signingSeed), {
    userKey,
    account: auth.account,
    permissions: auth.isScoped ? null : viewerPermissions(feeds, userKey, explore),
    issuedAtMs,
    lifetimeMs: auth.lifetimeMs,
  });
}
