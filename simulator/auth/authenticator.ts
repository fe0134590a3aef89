import { type Applicant, type Authenticator, isAnonymous, unbounded } from "./admission.ts";
import { Trust, type TrustSettings } from "./trust.ts";
import { isSameSecret, type User, UserList } from "./users.ts";

/** How clients authenticate. */
export type AuthSettings =
  | { readonly type: "none" }
  | { readonly type: "token"; readonly token: string }
  | { readonly type: "userpass"; readonly user: string; readonly pass: string }
  /** `anonymousUser` is nats-server's `no_auth_user`. */
  | { readonly type: "users"; readonly users: readonly User[]; readonly anonymousUser?: string }
  | ({ readonly type: "jwt" } & TrustSettings);

/** Creates the authenticator for the settings. @throws Error when a key or token in them is invalid */
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

/** nats-server keeps no list for a single user, so it disconnects that user at every change, to connect again. */
const standing: Authenticator["standing"] = (options) => (isAnonymous(options) ? "known" : "unknown");
