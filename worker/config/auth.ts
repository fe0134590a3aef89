import { publicKeyBytes, seedBytes } from "../../client/index.ts";
import type { Feed } from "../../contract/feed.ts";
import type { ConfigProblem } from "../../contract/problem.ts";
import type { Settings } from "../settings.ts";
import { heardSubjects, viewerPermissions } from "../token/claims.ts";
import { lintToken } from "../token/lint.ts";
import { userJwtLength } from "../token/user-claims.ts";
import { quoted } from "./problem.ts";
import { Reading } from "./reading.ts";

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
const MIN_PASSPHRASE_LENGTH = 12;

/** The credentials' part of the environment, or what is wrong with it. */
export function readAuth(
  settings: Settings,
  feeds: readonly Feed[],
): { auth: Auth; problems: readonly ConfigProblem[] } {
  const reading = new Reading(settings);
  return { auth: readMode(reading, feeds), problems: reading.problems };
}

function readMode(reading: Reading, feeds: readonly Feed[]): Auth {
  const mode = reading.oneOf("AUTH_MODE", MODES, "none");
  switch (mode) {
    case "none":
      return { mode };
    case "jwt":
      return readJwt(reading, feeds);
    case "userpass": {
      const user = reading.required("NATS_USER", "give the name of a read-only user");
      const password = reading.required("NATS_PASSWORD", "set it with `wrangler secret put NATS_PASSWORD`");
      return { mode, gate: readClosedGate(reading), user, password };
    }
    case "token": {
      const token = reading.required("NATS_TOKEN", "set it with `wrangler secret put NATS_TOKEN`");
      return { mode, gate: readClosedGate(reading), token };
    }
  }
}

function readJwt(reading: Reading, feeds: readonly Feed[]): Auth {
  const signingSeed = reading.required(
    "NATS_SIGNING_KEY",
    "set it with `wrangler secret put NATS_SIGNING_KEY`",
  );
  if (signingSeed !== "" && seedBytes(signingSeed, "account") === null) {
    const fix = "give a seed that begins with SA, whole and unchanged";
    reading.wrong("NATS_SIGNING_KEY", "is no account signing key", fix);
  }
  const account = reading.required("NATS_ACCOUNT", "give the account's public key, which begins with A");
  if (account !== "" && publicKeyBytes(account, "account") === null) {
    // Two letters tell which kind of key it is; more might be a secret's.
    const shown = `${quoted(account.slice(0, 2))}…`;
    reading.wrong("NATS_ACCOUNT", `is ${shown}, no account's public key`, "give one that begins with A");
  }
  const isScoped = reading.oneOf("NATS_KEY_SCOPED", ["false", "true"], "false") === "true";
  const lifetimeMs = readLifetimeMs(reading);
  checkIssuance(reading, feeds, isScoped);
  return { mode: "jwt", gate: readGate(reading), signingSeed, account, isScoped, lifetimeMs };
}

function readLifetimeMs(reading: Reading): number {
  const lifetimeS = Number(reading.optional("TOKEN_LIFETIME_S") || DEFAULT_LIFETIME_S);
  const [least, most] = LIFETIME_LIMITS_S;
  if (!(Number.isInteger(lifetimeS) && lifetimeS >= least && lifetimeS <= most)) {
    reading.wrong("TOKEN_LIFETIME_S", "is no lifetime", `give whole seconds from ${least} to ${most}`);
  }
  return lifetimeS * 1000;
}

/** As long as any user's key. */
const SOME_KEY = "U".padEnd(56, "A");

/** Looks at the tokens that would be handed out, before anybody asks for one. */
function checkIssuance(reading: Reading, feeds: readonly Feed[], isScoped: boolean): void {
  const permissions = viewerPermissions(feeds, SOME_KEY);
  const length = userJwtLength({
    userKey: SOME_KEY,
    account: SOME_KEY,
    // A scoped key's tokens hold none: its account does.
    permissions: isScoped ? null : permissions,
    issuedAtMs: Date.now(),
    lifetimeMs: LIFETIME_LIMITS_S[1] * 1000,
  });
  for (const { subject, message, fix } of lintToken(permissions, `_INBOX.${SOME_KEY}.>`, length)) {
    const index = feeds.findIndex((feed) => subject !== undefined && heardSubjects(feed).includes(subject));
    if (subject === undefined || index === -1) {
      reading.wrong("FEEDS", message, fix);
      continue;
    }
    const place = feeds[index]?.subject === subject ? "subject" : "stream.republished";
    reading.wrong("FEEDS", `is ${quoted(subject)}, which ${message}`, fix, `FEEDS[${index}].${place}`);
  }
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
        audience: reading.required("ACCESS_AUDIENCE", "give the application's audience tag"),
      };
    }
  }
}

/** A password that everybody may fetch is no password. */
function readClosedGate(reading: Reading): Gate {
  const gate = readGate(reading);
  if (gate.kind === "public") {
    reading.wrong("AUTH_GATE", "is public, but the credentials don't expire", "give passphrase or access");
  }
  return gate;
}

function readPassphrase(reading: Reading): string {
  const passphrase = reading.required("PASSPHRASE", "set it with `wrangler secret put PASSPHRASE`");
  if (passphrase !== "" && passphrase.length < MIN_PASSPHRASE_LENGTH) {
    reading.wrong("PASSPHRASE", "is too short", `give at least ${MIN_PASSPHRASE_LENGTH} characters`);
  }
  // It comes in a header, which carries nothing else unchanged (RFC 9110, section 5.5).
  if (!/^[\x20-\x7e]*$/.test(passphrase)) {
    reading.wrong(
      "PASSPHRASE",
      "has letters that no header carries",
      "give letters without accents, digits, blanks and signs",
    );
  }
  return passphrase;
}

function readTeamDomain(reading: Reading): string {
  const domain = reading.required(
    "ACCESS_TEAM_DOMAIN",
    "give the team's domain, such as acme.cloudflareaccess.com",
  );
  if (domain !== "" && !/^[a-z0-9-]+\.cloudflareaccess\.com$/.test(domain)) {
    reading.wrong("ACCESS_TEAM_DOMAIN", `is ${quoted(domain)}`, "give a name under cloudflareaccess.com");
  }
  return domain;
}
