import { GLOBAL_ACCOUNT } from "../auth/admission.ts";
import type { AuthSettings } from "../auth/authenticator.ts";
import type { PermissionRules, SubjectRules } from "../auth/permissions.ts";
import type { User } from "../auth/users.ts";
import { OptionError } from "../settings.ts";
import { as, block, duration, type Fields, list, readBlock, text, texts } from "./fields.ts";
import { ConfigError, type Setting } from "./syntax.ts";

/** What an `authorization` block says. */
interface Authorization {
  readonly user: string;
  readonly password: string;
  readonly token: string;
  readonly users: readonly User[];
  readonly timeoutMs: number;
  readonly defaultPermissions: PermissionRules;
}

/** All that a configuration says of who may come in. */
export interface WaysIn {
  readonly authorization: Partial<Authorization>;
  readonly accountUsers: readonly User[];
  /** `no_auth_user`. */
  readonly anonymousUser: string;
  readonly operators: readonly string[];
  readonly trustedKeys: readonly string[];
  /** `resolver_preload`. */
  readonly preload: Readonly<Record<string, string>>;
}

const SUBJECT_RULES: Fields<SubjectRules> = { allow: as("allow", texts), deny: as("deny", texts) };

const PERMISSIONS: Fields<PermissionRules> = {
  "publish pub": as("publish", subjectRules),
  "subscribe sub": as("subscribe", subjectRules),
};

const LOGIN = { "user username": as("user", text), "pass password": as("password", password) };

interface UserFields {
  readonly user: string;
  readonly password: string;
  readonly nkey: string;
  readonly permissions: PermissionRules;
  readonly allowedConnectionTypes: readonly string[];
}

const USER: Fields<UserFields> = {
  ...LOGIN,
  nkey: as("nkey", text),
  "permissions permission": as("permissions", permissions),
  allowed_connection_types: as("allowedConnectionTypes", texts),
};

const AUTHORIZATION: Fields<Authorization> = {
  ...LOGIN,
  token: as("token", password),
  "auth_timeout timeout": as("timeoutMs", duration),
  users: as("users", usersOf(GLOBAL_ACCOUNT)),
  default_permissions: as("defaultPermissions", permissions),
};

/** Reads the `authorization` block. */
export function readAuthorization(setting: Setting, name: string): Partial<Authorization> {
  const read = readBlock(setting, name, AUTHORIZATION);
  const { defaultPermissions, user, token, users } = read;
  // As nats-server: one of them would be in force, and a test pass or fail for the other.
  if ([user, token, users].filter((one) => one !== undefined).length > 1)
    throw new ConfigError(setting.line, `${name} can have only one of user, token and users`);
  if (defaultPermissions === undefined || users === undefined) return read;
  return {
    ...read,
    users: users.map((user) => ({ ...user, permissions: user.permissions ?? defaultPermissions })),
  };
}

/** Reads `accounts { NAME { users [ … ] } }` into the users of all of them. */
export function readAccounts(setting: Setting, name: string): readonly User[] {
  return [...block(setting, name)].flatMap(([account, inner]) => {
    const fields = { users: as("users", usersOf(account)) };
    return readBlock<{ users: readonly User[] }>(inner, `${name}.${account}`, fields).users ?? [];
  });
}

/** Which of the ways in is the one in force; one that another would leave without effect is refused. */
export function toAuthSettings(ways: Partial<WaysIn>): AuthSettings {
  const { authorization = {}, accountUsers = [], anonymousUser, operators, trustedKeys, preload = {} } = ways;
  const { user, password: pass, token, users } = authorization;
  const alone = { "authorization.user": user, "authorization.token": token };
  const trusted = operators ?? trustedKeys;
  if (trusted !== undefined) {
    refuseBeside(operators === undefined ? "trusted_keys" : "operator", {
      ...alone,
      "authorization.users": users,
      accounts: ways.accountUsers,
      no_auth_user: anonymousUser,
      ...(operators === undefined ? {} : { trusted_keys: trustedKeys }),
    });
    return { type: "jwt", operators: trusted, accounts: preload };
  }
  const all = [...(users ?? []), ...accountUsers];
  const names = all.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new OptionError(`Duplicate user "${twice}" detected`);
  if (anonymousUser !== undefined && !names.includes(anonymousUser))
    throw new OptionError(`no_auth_user: "${anonymousUser}" not present as user or nkey`);
  if (ways.accountUsers !== undefined) refuseBeside("accounts", alone);
  if (all.length > 0) {
    return { type: "users", users: all, ...(anonymousUser === undefined ? {} : { anonymousUser }) };
  }
  if (token !== undefined) return { type: "token", token };
  if (user !== undefined) return { type: "userpass", user, pass: pass ?? "" };
  return { type: "none" };
}

function refuseBeside(what: string, others: Readonly<Record<string, unknown>>): void {
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (other !== undefined) throw new OptionError(`${other} can't be used beside ${what}`);
}

function usersOf(account: string): (setting: Setting, name: string) => readonly User[] {
  return (setting, name) => list(setting, name).map((one) => readUser(one, name, account));
}

function readUser(setting: Setting, name: string, account: string): User {
  const { user, password, nkey, permissions, ...types } = readBlock(setting, name, USER);
  const known = nkey ?? user;
  if (known === undefined) throw new ConfigError(setting.line, `${name}: a user needs user or nkey`);
  return {
    name: known,
    password: nkey === undefined ? (password ?? "") : undefined,
    account,
    permissions,
    ...types,
  };
}

function permissions(setting: Setting, name: string): PermissionRules {
  return readBlock(setting, name, PERMISSIONS);
}

/** `{ allow …, deny … }`, or just what is allowed. */
function subjectRules(setting: Setting, name: string): SubjectRules {
  if (!(setting.value instanceof Map)) return { allow: texts(setting, name) };
  return readBlock(setting, name, SUBJECT_RULES);
}

function password(setting: Setting, name: string): string {
  const value = text(setting, name);
  if (/^\$2[abxy]\$\d\d\$/.test(value)) {
    throw new ConfigError(setting.line, `${name}: a bcrypt hash is not supported; give the plain password`);
  }
  return value;
}
