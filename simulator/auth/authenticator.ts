import type { ConnectOptions } from "../protocol/connect-options.ts";
import { type Admission, type Applicant, unbounded } from "./admission.ts";
import { Trust, type TrustSettings } from "./trust.ts";
import { isSameSecret, type User, UserList } from "./users.ts";

/** Who may come in. */
export type AuthSettings =
  | { readonly type: "none" }
  | { readonly type: "token"; readonly token: string }
  | { readonly type: "userpass"; readonly user: string; readonly pass: string }
  /** `anonymousUser` is nats-server's `no_auth_user`. */
  | { readonly type: "users"; readonly users: readonly User[]; readonly anonymousUser?: string }
  | ({ readonly type: "jwt" } & TrustSettings);

/** What a server must ask of a client. */
export interface Authenticator {
  /** Whether INFO says `auth_required`. */
  readonly demand: "nothing" | "credentials";
  /** Whether INFO carries a nonce to be signed. */
  readonly proof: "none" | "nonce";
  admit(applicant: Applicant, nowMs: number): Admission | undefined;
  /** Whether the user or nkey that a client named, if it did, is one of its users. */
  knows(options: ConnectOptions): boolean;
  /** Whether somebody who is in must leave, since a reload brought a revocation. */
  isRevoked(admission: Admission): boolean;
}

const GLOBAL_ACCOUNT = "$G";

/** Builds the authenticator for the settings; throws with the reason when a key or token in them is bad. */
export function createAuthenticator(settings: AuthSettings): Authenticator {
  switch (settings.type) {
    case "none":
      return open();
    case "token":
      return secret(({ options }) => isSameSecret(settings.token, options.auth_token));
    case "userpass":
      return secret(
        ({ options }) => options.user === settings.user && isSameSecret(settings.pass, options.pass),
        settings.user,
      );
    case "users":
      return listed(settings.users, settings.anonymousUser);
    case "jwt":
      return trusted(new Trust(settings));
  }
}

function namesNobody({ user, nkey }: ConnectOptions): boolean {
  return user === "" && nkey === "";
}

function open(): Authenticator {
  return {
    demand: "nothing",
    proof: "none",
    admit: ({ options }) => unbounded(GLOBAL_ACCOUNT, options.user),
    knows: namesNobody,
    isRevoked: () => false,
  };
}

function secret(isRight: (applicant: Applicant) => boolean, user = ""): Authenticator {
  return {
    demand: "credentials",
    proof: "none",
    admit: (applicant) => (isRight(applicant) ? unbounded(GLOBAL_ACCOUNT, user) : undefined),
    // nats-server has a single user in no list, and lets it dial again after each change.
    knows: namesNobody,
    isRevoked: () => false,
  };
}

function listed(users: readonly User[], anonymousUser: string | undefined): Authenticator {
  const list = new UserList(users, anonymousUser);
  return {
    demand: "credentials",
    proof: users.some(({ password }) => password === undefined) ? "nonce" : "none",
    admit: (applicant) => list.admit(applicant),
    knows: (options) => namesNobody(options) || list.has(options.nkey || options.user),
    isRevoked: () => false,
  };
}

function trusted(trust: Trust): Authenticator {
  return {
    demand: "credentials",
    proof: "nonce",
    admit: (applicant, nowMs) => trust.admit(applicant, nowMs),
    knows: () => true,
    isRevoked: ({ accountName, user, issuedAtSeconds }) =>
      trust.isRevoked(accountName, user, issuedAtSeconds),
  };
}
