import { GLOBAL_ACCOUNT } from "../auth/admission.ts";
import type { AuthSettings } from "../auth/authenticator.ts";
import type { PermissionRules, SubjectRules } from "../auth/permissions.ts";
import type { User } from "../auth/users.ts";
import { OptionError } from "../settings.ts";
import { block, duration, type Fields, field, list, readBlock, text, texts } from "./fields.ts";
import { ConfigError, type Setting } from "./syntax.ts";

/** The contents of an `authorization` block. */
interface Authorization {
  readonly user: string;
  readonly password: string;
  readonly token: string;
  readonly users: readonly User[];
  readonly timeoutMs: number;
  readonly defaultPermissions: PermissionRules;
}

/** All settings of a configuration that concern authentication. */
export interface AuthFields {
  readonly authorization: Partial<Authorization>;
  readonly accountUsers: readonly User[];
  /** `no_auth_user`. */
  readonly anonymousUser: string;
  readonly operators: readonly string[];
  readonly trustedKeys: readonly string[];
  /** `resolver_preload`. */
  readonly preload: Readonly<Record<string, string>>;
}

const SUBJECT_RULES: Fields<SubjectRules> = { allow: field("allow", texts), deny: field("deny", texts) };

const PERMISSIONS: Fields<PermissionRules> = {
  "publish pub": field("publish", subjectRules),
  "subscribe sub": field("subscribe", subjectRules),
};

const LOGIN = { "user username": field("user", text), "pass password": field("password", password) };

interface UserFields {
  readonly user: string;
  readonly password: string;
  readonly nkey: string;
  readonly permissions: PermissionRules;
  readonly allowedConnectionTypes: readonly string[];
}

const USER: Fields<UserFields> = {
  ...LOGIN,
  nkey: field("nkey", text),
  "permissions permission": field("permissions", permissions),
  allowed_connection_types: field("allowedConnectionTypes", texts),
};

const AUTHORIZATION: Fields<Authorization> = {
  ...LOGIN,
  token: field("token", password),
  "auth_timeout timeout": field("timeoutMs", duration),
  users: field("users", usersOf(GLOBAL_ACCOUNT)),
  default_permissions: field("defaultPermissions", permissions),
};

/** Reads the `authorization` block. */
export function readAuthorization(setting: Setting, name: string): Partial<Authorization> {
  const read = readBlock(setting, name, AUTHORIZATION);
  const { defaultPermissions, user, token, users } = read;
  // As in nats-server. Otherwise one of them would silently win over the others.
  if ([user, token, users].filter((one) => one !== undefined).length > 1)
    throw new ConfigError(setting.line, `${name} can have only one of user, token and users`);
  if (defaultPermissions === undefined || users === undefined) return read;
  return {
    ...read,
    users: users.map((user) => ({ ...user, permissions: user.permissions ?? defaultPermissions })),
  };
}

/** Reads the users of all accounts from `accounts { NAME { users [ … ] } }`. */
export function readAccounts(setting: Setting, name: string): readonly User[] {
  return [...block(setting, name)].flatMap(([account, inner]) => {
    const fields = { users: field("users", usersOf(account)) };
    return readBlock<{ users: readonly User[] }>(inner, `${name}.${account}`, fields).users ?? [];
  });
}

/** The effective authentication. @throws OptionError when one setting would have no effect because of another */
export function toAuthSettings(ways: Partial<AuthFields>): AuthSettings {
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

/** Reads `{ allow …, deny … }`, or only the allowed subjects. */
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
