import type { Token } from "../../contract/token.ts";
import type { Config } from "../config.ts";
import { viewerPermissions } from "./claims.ts";
import { signUserJwt } from "./user-jwt.ts";

/** The part of the configuration that says what a viewer is given, and may do. */
export type Viewing = Pick<Config, "auth" | "feeds" | "explore" | "publicUrl">;

/**
 * What a viewer proves to NATS who it is with; null where NATS is open. The probe comes in with the same: a server that
 * takes that takes the viewers'.
 */
export async function credentialsFor(
  { auth, feeds, explore }: Viewing,
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
