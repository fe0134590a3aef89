import { type Applicant, type Authenticator, namesNobody, unbounded } from "./admission.ts";
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

/** Builds the authenticator for the settings; throws with the reason when a key or token in them is bad. */
export function createAuthenticator(settings: AuthSettings): Authenticator {
  switch (settings.type) {
    case "none":
      return { demand: "nothing", proof: "none", admit: ({ options }) => unbounded(options.user), standing };
    case "token":
      return secret("", ({ options }) => isSameSecret(settings.token, options.auth_token));
    case "userpass":
      return secret(
        settings.user,
        ({ options }) => options.user === settings.user && isSameSecret(settings.pass, options.pass),
      );
    case "users":
      return new UserList(settings.users, settings.anonymousUser);
    case "jwt":
      return new Trust(settings);
  }
}

function secret(user: string, isRight: (applicant: Applicant) => boolean): Authenticator {
  const admit: Authenticator["admit"] = (applicant) => (isRight(applicant) ? unbounded(user) : undefined);
  return { demand: "credentials", proof: "none", admit, standing };
}

/** nats-server has a single user in no list, and lets it dial again after each change. */
const standing: Authenticator["standing"] = (options) => (namesNobody(options) ? "known" : "unknown");
