import { decode } from "@nats-io/jwt";
import { createUser, fromSeed } from "@nats-io/nkeys";
import type { Config } from "../../../worker/config.ts";
import type { CommandOf } from "../command.ts";
import { SetupError } from "../error.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** Milliseconds to wait for the page's worker. */
const ANSWER_LIMIT_MS = 10_000;

/** Checks that the page's worker is ready and uses the same settings as this command. */
export async function* checkPage(
  page: string,
  config: Config,
  commandOf: CommandOf,
): AsyncGenerator<Finding> {
  let ready: { status?: string; output?: string; fix?: string };
  try {
    ready = await askFor(page, "/readyz");
  } catch (error) {
    yield fail((error as Error).message, "deploy the page, or give its origin with --page");
    return;
  }
  const { status, output = "", fix = "see /readyz?verbose" } = ready;
  if (status === "pass") yield ok(`${page} reaches NATS`);
  else yield (status === "warn" ? warn : fail)(`${page} reports ${status} for NATS: ${output}`, fix);
  const theirs = await askFor<{ servers: string[]; feeds: { id: string }[] }>(page, "/api/config");
  yield* same("servers", theirs.servers, config.servers);
  yield* same("feeds", theirs.feeds, config.feeds);
  yield* checkTokens(page, config, commandOf);
}

function* same(what: string, theirs: unknown, ours: unknown): Generator<Finding> {
  if (JSON.stringify(theirs) === JSON.stringify(ours)) yield ok(`the worker uses the same ${what}`);
  else
    yield warn(
      `the worker uses different ${what}`,
      "deploy it again with the current settings, or restart it if it runs here",
    );
}

/** Checks that the worker issues tokens, signed with this folder's key. */
async function* checkTokens(page: string, { auth }: Config, commandOf: CommandOf): AsyncGenerator<Finding> {
  if (auth.mode !== "jwt") return;
  const signer = await signerOf(page, auth);
  const ours = fromSeed(new TextEncoder().encode(auth.signingSeed)).getPublicKey();
  if (signer === null) {
    yield warn(
      "this check can't tell whether the worker issues tokens",
      "Cloudflare Access blocks it: open the page instead",
    );
  } else if (signer === ours) yield ok("the worker signs with this folder's key");
  else {
    yield warn(
      "the worker signs with a different key than this folder's",
      `run npx wrangler secret put NATS_SIGNING_KEY as ${commandOf("rotate")} says, or restart the worker if it runs here`,
    );
  }
}

/**
 * The public key that signs the worker's tokens; null when it issues none, or only to users of
 * Cloudflare Access.
 * @throws SetupError when it refuses a token
 */
export async function signerOf(page: string, auth: Config["auth"]): Promise<string | null> {
  if (auth.mode !== "jwt" || auth.gate.kind === "access") return null;
  const { gate } = auth;
  const { jwt, detail = "see its log" } = await askFor<{ jwt?: string; detail?: string }>(
    page,
    "/api/token",
    {
      method: "POST",
      headers: {
        Origin: page,
        "Content-Type": "application/json",
        ...(gate.kind === "passphrase" ? { Authorization: `Bearer ${gate.passphrase}` } : {}),
      },
      body: JSON.stringify({ nkey: createUser().getPublicKey() }),
    },
  );
  if (jwt !== undefined) return decode(jwt).iss;
  throw new SetupError(
    `the worker issues no token: ${detail} (AUTH_GATE and PASSPHRASE are read from the environment, or else from .dev.vars)`,
  );
}

/** @throws SetupError when there is no answer, or one that isn't JSON */
async function askFor<T>(page: string, path: string, init: RequestInit = {}): Promise<T> {
  try {
    const response = await fetch(`${page}${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    return (await response.json()) as T;
  } catch (error) {
    // fetch's own message is only "fetch failed"; the cause has the reason.
    const { message, code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    throw new SetupError(`${page} does not answer (${message || code})`);
  }
}
