import { type Feed, subscribedSubject } from "../../contract/feed.ts";
import { publicKeyBytes, seedBytes } from "../../contract/nkey.ts";
import type { SettingName } from "../settings.ts";
import { viewerPermissions } from "../token/claims.ts";
import { userJwtLength } from "../token/user-jwt.ts";
import { type SettingsReader, type WithPath, wholeNumber, withoutPaths } from "./settings-reader.ts";

/** Who gets credentials. */
export type Gate =
  | { readonly kind: "public" }
  | { readonly kind: "passphrase"; readonly passphrase: string }
  /** Cloudflare Access: the team's domain and the application's audience tag. */
  | { readonly kind: "access"; readonly teamDomain: string; readonly audience: string };

/** How the page gets its NATS credentials. */
export type Auth =
  | { readonly mode: "none" }
  | {
      readonly mode: "jwt";
      readonly gate: Gate;
      /** `SA…`, secret. */
      readonly signingSeed: string;
      /** `A…`. */
      readonly account: string;
      /** Whether the key is scoped: the account then holds its users' permissions. */
      readonly isScoped: boolean;
      readonly lifetimeMs: number;
    }
  | { readonly mode: "userpass"; readonly gate: Gate; readonly user: string; readonly password: string }
  | { readonly mode: "token"; readonly gate: Gate; readonly token: string };

const MODES = ["none", "jwt", "userpass", "token"] as const;
const GATES = ["public", "passphrase", "access"] as const;
const DEFAULT_LIFETIME_S = 600;
const LIFETIME_LIMITS_S = [60, 86_400] as const;
/** At least 12 characters that a header carries unchanged (RFC 9110, section 5.5), and no quotes kept by mistake. */
const PASSPHRASE = /^(?!(["'`]).*\1$)[!-~][ -~]{10,}[!-~]$/;

/** The setting without which another one has no effect. */
const NEEDS = {
  AUTH_GATE: "AUTH_MODE=jwt, userpass or token",
  PASSPHRASE: "AUTH_GATE=passphrase",
  ACCESS_TEAM_DOMAIN: "AUTH_GATE=access",
  ACCESS_AUDIENCE: "AUTH_GATE=access",
  NATS_SIGNING_KEY: "AUTH_MODE=jwt",
  NATS_ACCOUNT: "AUTH_MODE=jwt",
  NATS_KEY_SCOPED: "AUTH_MODE=jwt",
  TOKEN_LIFETIME_S: "AUTH_MODE=jwt",
  NATS_USER: "AUTH_MODE=userpass",
  NATS_PASSWORD: "AUTH_MODE=userpass",
  NATS_TOKEN: "AUTH_MODE=token",
} as const satisfies Partial<Record<SettingName, string>>;

/** What viewers may read. */
interface Readable {
  readonly feeds: readonly WithPath<Feed>[];
  readonly explore: readonly WithPath<string>[];
}

/** Reads AUTH_MODE, AUTH_GATE and the settings that belong to them. */
export function readAuth(reader: SettingsReader, readable: Readable): Auth {
  const auth = readMode(reader, readable);
  // An unknown mode or gate can't say which settings it needs.
  if (reader.problems.some(({ variable }) => variable === "AUTH_MODE" || variable === "AUTH_GATE"))
    return auth;
  // An operator who set PASSPHRASE believes that it protects something.
  for (const variable of reader.unread(Object.keys(NEEDS) as (keyof typeof NEEDS)[])) {
    const needed = NEEDS[variable];
    // If the required AUTH_GATE is set already, what is missing is AUTH_MODE, without which no gate has an effect.
    const missing = needed === `AUTH_GATE=${reader.value("AUTH_GATE")}` ? NEEDS.AUTH_GATE : needed;
    reader.report(variable, "has no effect", `set ${missing} too, or remove ${variable}`);
  }
  return auth;
}

function readMode(reader: SettingsReader, readable: Readable): Auth {
  const mode = reader.oneOf("AUTH_MODE", MODES, "none");
  switch (mode) {
    case "none":
      return { mode };
    case "jwt":
      return readJwt(reader, readable);
    case "userpass": {
      const user = reader.required("NATS_USER", "set it to the name of a read-only user");
      const password = reader.secret("NATS_PASSWORD");
      return { mode, gate: readClosedGate(reader), user, password };
    }
    case "token": {
      const token = reader.secret("NATS_TOKEN");
      return { mode, gate: readClosedGate(reader), token };
    }
  }
}

function readJwt(reader: SettingsReader, readable: Readable): Auth {
  const signingSeed = reader.secret("NATS_SIGNING_KEY").trim();
  if (signingSeed !== "" && seedBytes(signingSeed, "account") === null) {
    reader.report(
      "NATS_SIGNING_KEY",
      "is not an account signing key",
      "use the whole seed, which begins with SA",
    );
  }
  const account = reader.required("NATS_ACCOUNT", "set it to the account's public key, which begins with A");
  if (account !== "" && publicKeyBytes(account, "account") === null) {
    reader.report("NATS_ACCOUNT", "is not an account's public key", "use the whole key, which begins with A");
  }
  const isScoped = reader.oneOf("NATS_KEY_SCOPED", ["false", "true"], "false") === "true";
  const lifetimeMs = readLifetimeMs(reader);
  checkSubjects(reader, readable);
  checkLength(reader, readable, isScoped);
  return { mode: "jwt", gate: readGate(reader), signingSeed, account, isScoped, lifetimeMs };
}

function readLifetimeMs(reader: SettingsReader): number {
  const [least, most] = LIFETIME_LIMITS_S;
  const lifetimeS = wholeNumber(reader.text("TOKEN_LIFETIME_S") || `${DEFAULT_LIFETIME_S}`, least, most);
  if (lifetimeS === null) {
    reader.report(
      "TOKEN_LIFETIME_S",
      "is not a valid lifetime",
      `use whole seconds from ${least} to ${most}`,
    );
  }
  return (lifetimeS ?? 0) * 1000;
}

/** Subjects that may match inboxes or system subjects; a bucket's keys, `$KV.<bucket>.`, are allowed. */
const RESERVED = /^(?:[*>]|\$(?!KV\.[^.*>]+\.)|_INBOX)/;

/** Reports subjects that could let a token read inboxes or system subjects. */
function checkSubjects(reader: SettingsReader, { feeds, explore }: Readable): void {
  const check = (variable: "FEEDS" | "EXPLORE", subject: string, path: string): void => {
    if (!RESERVED.test(subject)) return;
    reader.report(
      variable,
      "could let viewers read inboxes or system subjects",
      "start it with a name",
      path,
    );
  };
  for (const { entry, path } of feeds) {
    check("FEEDS", entry.subject, `${path}.subject`);
    const subscribed = subscribedSubject(entry);
    if (subscribed !== entry.subject) check("FEEDS", subscribed, `${path}.stream.republished`);
  }
  for (const { entry, path } of explore) check("EXPLORE", entry, path);
}

/** nats-server refuses a CONNECT above 4,096 bytes; the nonce's signature and other fields need the rest. */
const MAX_JWT_LENGTH = 3500;
/** As long as every public key. */
const ANY_KEY = "U".padEnd(56, "A");

/** Reports tokens that are too long for nats-server. */
function checkLength(reader: SettingsReader, { feeds, explore }: Readable, isScoped: boolean): void {
  const permissions = viewerPermissions(withoutPaths(feeds), ANY_KEY, withoutPaths(explore));
  const length = userJwtLength({
    userKey: ANY_KEY,
    account: ANY_KEY,
    // A scoped key's tokens contain no permissions: the account holds them.
    permissions: isScoped ? null : permissions,
    issuedAtMs: Date.now(),
    lifetimeMs: LIFETIME_LIMITS_S[1] * 1000,
  });
  if (length <= MAX_JWT_LENGTH) return;
  const message = `makes tokens ${length} characters long, and NATS accepts at most ${MAX_JWT_LENGTH}`;
  reader.report("FEEDS", message, "use fewer or shorter subjects, or a scoped signing key");
}

function readGate(reader: SettingsReader): Gate {
  const kind = reader.oneOf("AUTH_GATE", GATES, "public");
  switch (kind) {
    case "public":
      return { kind };
    case "passphrase":
      return { kind, passphrase: readPassphrase(reader) };
    case "access": {
      const teamDomain = readTeamDomain(reader);
      return {
        kind,
        teamDomain,
        audience: reader.required("ACCESS_AUDIENCE", "set it to the application's audience tag"),
      };
    }
  }
}

/** A gate that isn't public: a password that anybody may fetch protects nothing. */
function readClosedGate(reader: SettingsReader): Gate {
  const gate = readGate(reader);
  if (gate.kind === "public") {
    reader.report("AUTH_GATE", "is public, but these credentials never expire", "use passphrase or access");
  }
  return gate;
}

function readPassphrase(reader: SettingsReader): string {
  const passphrase = reader.secret("PASSPHRASE");
  if (passphrase !== "" && !PASSPHRASE.test(passphrase)) {
    reader.report(
      "PASSPHRASE",
      "is too short or can't be sent in an HTTP header",
      "use at least 12 ASCII characters, without quotes around them and without a space at either end",
    );
  }
  return passphrase;
}

function readTeamDomain(reader: SettingsReader): string {
  const domain = reader.required(
    "ACCESS_TEAM_DOMAIN",
    "set it to the team's domain, such as acme.cloudflareaccess.com",
  );
  if (domain !== "" && !/^[a-z0-9-]+\.cloudflareaccess\.com$/.test(domain)) {
    const fix = "use a lowercase name such as acme.cloudflareaccess.com, without https://";
    reader.report("ACCESS_TEAM_DOMAIN", "is not a team domain of Cloudflare Access", fix);
  }
  return domain;
}
