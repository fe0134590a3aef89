import type { Token } from "../../contract/token.ts";
import type { Config } from "../config.ts";
import { viewerPermissions } from "./claims.ts";
import { signUserJwt } from "./user-jwt.ts";

/** The part of the configuration that decides a viewer's credentials and permissions. */
export type ViewerConfig = Pick<Config, "auth" | "feeds" | "explore" | "publicUrl">;

/** A viewer's NATS credentials; null with `AUTH_MODE=none`. The probe uses the same, so that it sees what viewers see. */
export async function credentialsFor(
  { auth, feeds, explore }: ViewerConfig,
  userKey: string,
  issuedAtMs: number,
): Promise<Token | null> {
  switch (auth.mode) {
    case "none":
      return null;
    case "userpass":
      return { user: auth.user, pass: auth.password };
    case "token":
      return { token: auth.token };
    case "jwt": {
      const permissions = auth.isScoped ? null : viewerPermissions(feeds, userKey, explore);
      const { account, lifetimeMs, signingSeed } = auth;
      const input = { userKey, account, permissions, issuedAtMs, lifetimeMs };
      const { jwt, expiresAtMs } = await signUserJwt(signingSeed, input);
      return { jwt, expiresAt: new Date(expiresAtMs).toISOString() };
    }
  }
}
