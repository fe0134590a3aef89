import { timingSafeEqual } from "node:crypto";
import { type Admission, type Applicant, allowsListener, unbounded } from "./admission.ts";
import { type PermissionRules, Permissions } from "./permissions.ts";
import { isSigned } from "./signature.ts";

/** One user of a configuration: with a password, or with the public half of an nkey. */
export interface User {
  /** A name, or a `U…` public key. */
  readonly name: string;
  /** Undefined for an nkey. */
  readonly password: string | undefined;
  /** The account it is in; `$G` when none was said. */
  readonly account: string;
  readonly permissions: PermissionRules | undefined;
  readonly allowedConnectionTypes?: readonly string[];
}

/** Lets in the users of a list. */
export class UserList {
  readonly #users: ReadonlyMap<
    string,
    { readonly user: User; readonly permissions: Permissions | undefined }
  >;
  readonly #anonymous: string | undefined;

  /** `anonymous` is the user for those who say nothing (`no_auth_user`). */
  constructor(users: readonly User[], anonymous: string | undefined) {
    this.#users = new Map(
      users.map((user) => [
        user.name,
        { user, permissions: user.permissions === undefined ? undefined : new Permissions(user.permissions) },
      ]),
    );
    this.#anonymous = anonymous;
  }

  has(name: string): boolean {
    return this.#users.has(name);
  }

  /** The admission, or undefined when the credentials don't do. */
  admit({ options, listener, nonce }: Applicant): Admission | undefined {
    const saysNothing =
      options.user === "" && options.nkey === "" && options.auth_token === "" && options.pass === "";
    const isAnonymous = saysNothing && this.#anonymous !== undefined;
    const name = isAnonymous ? this.#anonymous : options.nkey || options.user;
    const found = this.#users.get(name ?? "");
    if (found === undefined || !allowsListener(found.user.allowedConnectionTypes, listener)) return undefined;
    const { user, permissions } = found;
    const isProven =
      isAnonymous ||
      (user.password === undefined
        ? isSigned(user.name, nonce, options.sig)
        : isSameSecret(user.password, options.pass));
    return isProven ? { ...unbounded(user.account, user.name), permissions } : undefined;
  }
}

/** Compares without telling by its duration how much was right. */
export function isSameSecret(wanted: string, given: string): boolean {
  const a = Buffer.from(wanted);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
