import { timingSafeEqual } from "node:crypto";
import type { ConnectOptions } from "../protocol/connect-options.ts";
import {
  type Admission,
  type Applicant,
  type Authenticator,
  allowsListener,
  isAnonymous,
  unbounded,
} from "./admission.ts";
import { type PermissionRules, Permissions } from "./permissions.ts";
import { isSigned } from "./signature.ts";

/** A configured user, with a password or an nkey. */
export interface User {
  /** A name, or a `U…` public key. */
  readonly name: string;
  /** Undefined for an nkey. */
  readonly password: string | undefined;
  /** The user's account; `$G` by default. */
  readonly account: string;
  readonly permissions: PermissionRules | undefined;
  readonly allowedConnectionTypes?: readonly string[];
}

interface ListedUser extends User {
  readonly may: Permissions | undefined;
}

/** Authenticates the users of a list. */
export class UserList implements Authenticator {
  readonly demand = "credentials";
  readonly proof: "none" | "nonce";
  readonly anonymousLogin: Partial<ConnectOptions>;
  readonly #users: ReadonlyMap<string, ListedUser>;

  /** @param anonymous the user for clients without credentials (`no_auth_user`) */
  constructor(users: readonly User[], anonymous: string | undefined) {
    this.proof = users.some(({ password }) => password === undefined) ? "nonce" : "none";
    this.#users = new Map(
      users.map((user) => [
        user.name,
        { ...user, may: user.permissions && new Permissions(user.permissions) },
      ]),
    );
    const password = users.find(({ name }) => name === anonymous)?.password;
    const named = anonymous ?? "";
    this.anonymousLogin = password === undefined ? { nkey: named } : { user: named, pass: password };
  }

  admit({ options, listener, nonce }: Applicant): Admission | undefined {
    const user = this.#users.get(nameOf(options));
    if (user === undefined || !allowsListener(user.allowedConnectionTypes, listener)) return undefined;
    const isProven =
      user.password === undefined
        ? user.name === this.anonymousLogin.nkey || isSigned(user.name, nonce, options.sig)
        : isSameSecret(user.password, options.pass);
    return isProven ? { ...unbounded(user.name, user.account), permissions: user.may } : undefined;
  }

  standing(options: ConnectOptions): "known" | "unknown" {
    return isAnonymous(options) || this.#users.has(nameOf(options)) ? "known" : "unknown";
  }
}

function nameOf({ nkey, user }: ConnectOptions): string {
  return nkey || user;
}

/** Compares in constant time. */
export function isSameSecret(wanted: string, given: string): boolean {
  const a = Buffer.from(wanted);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}
