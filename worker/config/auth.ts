import { type Feed, heardSubject } from "../../contract/feed.ts";
import { publicKeyBytes, seedBytes } from "../../contract/nkey.ts";
import type { SettingName } from "../settings.ts";
import { viewerPermissions } from "../token/claims.ts";
import { userJwtLength } from "../token/user-jwt.ts";
import { type Placed, type Reading, wholeNumber, withoutPlaces } from "./reading.ts";

/** Who may ask for credentials. */
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
      /** Whether the account says what the key's users may do. */
      readonly isScoped: boolean;
      readonly lifetimeMs: number;
    }
  | { readonly mode: "userpass"; readonly gate: Gate; readonly user: string; readonly password: string }
  | { readonly mode: "token"; readonly gate: Gate; readonly token: string };

const MODES = ["none", "jwt", "userpass", "token"] as const;
const GATES = ["public", "passphrase", "access"] as const;
const DEFAULT_LIFETIME_S = 600;
const LIFETIME_LIMITS_S = [60, 86_400] as const;
/** What a header carries unchanged (RFC 9110, section 5.5), in no quotes that whoever knows it wouldn't type. */
const PASSPHRASE = /^(?!(["'`]).*\1$)[!-~][ -~]{10,}[!-~]$/;

/** What makes a setting of the credentials have an effect. */
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

/** What viewers may read, and where it is given. */
interface Readable {
  readonly feeds: readonly Placed<Feed>[];
  readonly explore: readonly Placed<string>[];
}

/** The credentials' part of the environment. */
export function readAuth(reading: Reading, readable: Readable): Auth {
  const auth = readMode(reading, readable);
  // What a wrong mode or gate needs isn't known.
  if (reading.problems.some(({ variable }) => variable === "AUTH_MODE" || variable === "AUTH_GATE"))
    return auth;
  // Whoever set it believes that it protects something.
  for (const variable of reading.unread(Object.keys(NEEDS) as (keyof typeof NEEDS)[])) {
    const needed = NEEDS[variable];
    // A gate that is set already has no effect either.
    const missing = needed === `AUTH_GATE=${reading.value("AUTH_GATE")}` ? NEEDS.AUTH_GATE : needed;
    reading.wrong(variable, "has no effect", `set ${missing} too, or remove ${variable}`);
  }
  return auth;
}

function readMode(reading: Reading, readable: Readable): Auth {
  const mode = reading.oneOf("AUTH_MODE", MODES, "none");
  switch (mode) {
    case "none":
      return { mode };
    case "jwt":
      return readJwt(reading, readable);
    case "userpass": {
      const user = reading.required("NATS_USER", "set it to the name of a read-only user");
      const password = reading.secret("NATS_PASSWORD");
      return { mode, gate: readClosedGate(reading), user, password };
    }
    case "token": {
      const token = reading.secret("NATS_TOKEN");
      return { mode, gate: readClosedGate(reading), token };
    }
  }
}

function readJwt(reading: Reading, readable: Readable): Auth {
  const signingSeed = reading.secret("NATS_SIGNING_KEY").trim();
  if (signingSeed !== "" && seedBytes(signingSeed, "account") === null) {
    const fix = "use the complete seed, which begins with SA";
    reading.wrong("NATS_SIGNING_KEY", "is not an account signing key", fix);
  }
  const account = reading.required("NATS_ACCOUNT", "set it to the account's public key, which begins with A");
  if (account !== "" && publicKeyBytes(account, "account") === null) {
    const fix = "use the complete public key, which begins with A";
    reading.wrong("NATS_ACCOUNT", "is not an account's public key", fix);
  }
  const isScoped = reading.oneOf("NATS_KEY_SCOPED", ["false", "true"], "false") === "true";
  const lifetimeMs = readLifetimeMs(reading);
  checkSubjects(reading, readable);
  checkLength(reading, readable, isScoped);
  return { mode: "jwt", gate: readGate(reading), signingSeed, account, isScoped, lifetimeMs };
}

function readLifetimeMs(reading: Reading): number {
  const [least, most] = LIFETIME_LIMITS_S;
  const lifetimeS = wholeNumber(reading.text("TOKEN_LIFETIME_S") || `${DEFAULT_LIFETIME_S}`, least, most);
  if (lifetimeS === null) {
    const fix = `use a whole number of seconds from ${least} to ${most}`;
    reading.wrong("TOKEN_LIFETIME_S", "is not a valid lifetime", fix);
  }
  return (lifetimeS ?? 0) * 1000;
}

/** Subjects that begin with no name of the page's own; a bucket's keys have one behind `$KV`. */
const NO_NAME = /^(?:[*>]|\$(?!KV\.[^.*>]+\.)|_INBOX)/;

/** Looks whether a token would read what isn't the page's, before anybody asks for one. */
function checkSubjects(reading: Reading, { feeds, explore }: Readable): void {
  const check = (variable: "FEEDS" | "EXPLORE", subject: string, path: string): void => {
    if (!NO_NAME.test(subject)) return;
    const message = "would let viewers read inboxes or system subjects";
    reading.wrong(variable, message, "start the subject with a name, as in orders.>", path);
  };
  for (const { entry, path } of feeds) {
    check("FEEDS", entry.subject, `${path}.subject`);
    const heard = heardSubject(entry);
    if (heard !== entry.subject) check("FEEDS", heard, `${path}.stream.republished`);
  }
  for (const { entry, path } of explore) check("EXPLORE", entry, path);
}

/** Servers refuse more than 4,096 bytes of CONNECT; signature, names and the rest need some of it. */
const MAX_JWT_LENGTH = 3500;
/** As long as any user's key. */
const SOME_KEY = "U".padEnd(56, "A");

/** Looks whether NATS would take such a token at all. */
function checkLength(reading: Reading, { feeds, explore }: Readable, isScoped: boolean): void {
  const permissions = viewerPermissions(withoutPlaces(feeds), SOME_KEY, withoutPlaces(explore));
  const length = userJwtLength({
    userKey: SOME_KEY,
    account: SOME_KEY,
    // A scoped key's tokens hold none: its account does.
    permissions: isScoped ? null : permissions,
    issuedAtMs: Date.now(),
    lifetimeMs: LIFETIME_LIMITS_S[1] * 1000,
  });
  if (length <= MAX_JWT_LENGTH) return;
  const message = `makes tokens ${length} characters long, and NATS accepts at most ${MAX_JWT_LENGTH}`;
  reading.wrong("FEEDS", message, "use fewer or shorter subjects, or a scoped signing key");
}

function readGate(reading: Reading): Gate {
  const kind = reading.oneOf("AUTH_GATE", GATES, "public");
  switch (kind) {
    case "public":
      return { kind };
    case "passphrase":
      return { kind, passphrase: readPassphrase(reading) };
    case "access": {
      const teamDomain = readTeamDomain(reading);
      return {
        kind,
        teamDomain,
        audience: reading.required("ACCESS_AUDIENCE", "set it to the application's audience tag"),
      };
    }
  }
}

/** A password that everybody may fetch is no password. */
function readClosedGate(reading: Reading): Gate {
  const gate = readGate(reading);
  if (gate.kind === "public") {
    reading.wrong("AUTH_GATE", "is public, but these credentials never expire", "use passphrase or access");
  }
  return gate;
}

function readPassphrase(reading: Reading): string {
  const passphrase = reading.secret("PASSPHRASE");
  if (passphrase !== "" && !PASSPHRASE.test(passphrase)) {
    reading.wrong(
      "PASSPHRASE",
      "is too short or can't be sent in an HTTP header",
      "use at least 12 ASCII characters, without quotes around them and without a space at either end",
    );
  }
  return passphrase;
}

function readTeamDomain(reading: Reading): string {
  const domain = reading.required(
    "ACCESS_TEAM_DOMAIN",
    "set it to the team's domain, such as acme.cloudflareaccess.com",
  );
  if (domain !== "" && !/^[a-z0-9-]+\.cloudflareaccess\.com$/.test(domain)) {
    const fix = "use a lowercase name such as acme.cloudflareaccess.com, without https://";
    reading.wrong("ACCESS_TEAM_DOMAIN", "is not a team domain of Cloudflare Access", fix);
  }
  return domain;
}
