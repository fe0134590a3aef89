import type { Feed } from "../feeds.ts";
import type { Settings } from "../settings.ts";
import { publicKeyBytes, seedBytes } from "../token/nkey.ts";
import { type ConfigProblem, quoted } from "./problem.ts";

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

/** The credentials' part of the environment, or what is wrong with it. No message ever holds a secret. */
export function readAuth(
  settings: Settings,
  feeds: readonly Feed[],
): { auth: Auth; problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const wrong = (variable: keyof Settings, message: string, fix: string, path: string = variable): void => {
    problems.push({ variable, path, message, fix });
  };
  const required = (variable: keyof Settings, fix: string): string => {
    const value = settings[variable]?.trim() ?? "";
    if (value === "") wrong(variable, "is not set", fix);
    return value;
  };
  const oneOf = <T extends string>(variable: keyof Settings, allowed: readonly T[], otherwise: T): T => {
    const value = settings[variable]?.trim() || otherwise;
    const found = allowed.find((one) => one === value);
    if (found === undefined) wrong(variable, `is ${quoted(value)}`, `give ${allowed.join(", ")}`);
    return found ?? otherwise;
  };

  const readGate = (): Gate => {
    const kind = oneOf("AUTH_GATE", GATES, "public");
    if (kind === "public") return { kind };
    if (kind === "passphrase") {
      const passphrase = required("PASSPHRASE", "set it with `wrangler secret put PASSPHRASE`");
      if (passphrase !== "" && passphrase.length < MIN_PASSPHRASE_LENGTH) {
        wrong("PASSPHRASE", "is too short", `give at least ${MIN_PASSPHRASE_LENGTH} characters`);
      }
      return { kind, passphrase };
    }
    const teamDomain = required(
      "ACCESS_TEAM_DOMAIN",
      "give the team's domain, such as acme.cloudflareaccess.com",
    );
    if (teamDomain !== "" && !/^[a-z0-9-]+\.cloudflareaccess\.com$/.test(teamDomain)) {
      wrong("ACCESS_TEAM_DOMAIN", `is ${quoted(teamDomain)}`, "give a name under cloudflareaccess.com");
    }
    return { kind, teamDomain, audience: required("ACCESS_AUDIENCE", "give the application's audience tag") };
  };

  /** A password that everybody may fetch is no password. */
  const closedGate = (): Gate => {
    const gate = readGate();
    if (gate.kind === "public") {
      wrong("AUTH_GATE", "is public, but the credentials don't expire", "give passphrase or access");
    }
    return gate;
  };

  const readJwt = (): Auth => {
    const signingSeed = required("NATS_SIGNING_KEY", "set it with `wrangler secret put NATS_SIGNING_KEY`");
    if (signingSeed !== "" && seedBytes(signingSeed, "account") === null) {
      wrong(
        "NATS_SIGNING_KEY",
        "is no account signing key",
        "give a seed that begins with SA, whole and unchanged",
      );
    }
    const account = required("NATS_ACCOUNT", "give the account's public key, which begins with A");
    if (account !== "" && publicKeyBytes(account, "account") === null) {
      wrong(
        "NATS_ACCOUNT",
        `is ${quoted(account.slice(0, 2))}…, no account's public key`,
        "give one that begins with A",
      );
    }
    const lifetimeS = Number(settings.TOKEN_LIFETIME_S?.trim() || DEFAULT_LIFETIME_S);
    const [least, most] = LIFETIME_LIMITS_S;
    if (!(Number.isInteger(lifetimeS) && lifetimeS >= least && lifetimeS <= most)) {
      wrong("TOKEN_LIFETIME_S", "is no lifetime", `give whole seconds from ${least} to ${most}`);
    }
    const isScoped = oneOf("NATS_KEY_SCOPED", ["false", "true"], "false") === "true";
    feeds.forEach(({ subject }, index) => {
      if (isScoped || !/^(?:[*>]|\$|_INBOX)/.test(subject)) return;
      const path = `FEEDS[${index}].subject`;
      wrong(
        "FEEDS",
        `is ${quoted(subject)}, which also reads what isn't the page's`,
        "begin it with a name",
        path,
      );
    });
    return { mode: "jwt", gate: readGate(), signingSeed, account, isScoped, lifetimeMs: lifetimeS * 1000 };
  };

  const readMode = (): Auth => {
    const mode = oneOf("AUTH_MODE", MODES, "none");
    switch (mode) {
      case "none":
        return { mode };
      case "jwt":
        return readJwt();
      case "userpass": {
        const user = required("NATS_USER", "give the name of a read-only user");
        const password = required("NATS_PASSWORD", "set it with `wrangler secret put NATS_PASSWORD`");
        return { mode, gate: closedGate(), user, password };
      }
      case "token": {
        const token = required("NATS_TOKEN", "set it with `wrangler secret put NATS_TOKEN`");
        return { mode, gate: closedGate(), token };
      }
    }
  };
  return { auth: readMode(), problems };
}
