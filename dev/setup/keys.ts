import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createAccount, createOperator } from "@nats-io/jwt";
import { fromSeed, type KeyPair } from "@nats-io/nkeys";
import { SetupError } from "./error.ts";

/** Everything that can sign: whoever loses these can't change the accounts any more. */
export interface Keys {
  /** Signs the accounts. */
  readonly operator: KeyPair;
  /** nats-server's own account: accounts are pushed through it. */
  readonly system: KeyPair;
  /** The account that publishes and has the streams. */
  readonly publishers: KeyPair;
  /** The account that reads what the other exports, and has nothing of its own. */
  readonly viewers: KeyPair;
  /** Signs viewers and nothing else; the worker's secret. */
  readonly signing: KeyPair;
  /** The signing key before this one, while both are let in; null when no rotation is under way. */
  readonly oldSigning: KeyPair | null;
}

/** Those that every deployment has. */
export const KEY_NAMES = ["operator", "system", "publishers", "viewers", "signing"] as const;

/** Where each seed stands alone, from the deployment's folder: so one can be piped and is never shown. */
export const KEY_FILES: Readonly<Record<keyof Keys, string>> = {
  operator: "nats/keys/operator.nk",
  system: "nats/keys/system.nk",
  publishers: "nats/keys/publishers.nk",
  viewers: "nats/keys/viewers.nk",
  signing: "nats/keys/signing.nk",
  oldSigning: "nats/keys/signing.old.nk",
};

/** Makes new ones. */
export function makeKeys(): Keys {
  return {
    operator: createOperator(),
    system: createAccount(),
    publishers: createAccount(),
    viewers: createAccount(),
    signing: createAccount(),
    oldSigning: null,
  };
}

/** A key's secret half, as text: `SO…`, `SA…`. */
export function seedOf(key: KeyPair): string {
  return new TextDecoder().decode(key.getSeed());
}

/**
 * Reads those that a former run wrote.
 * @throws SetupError that names the file that is missing or no seed
 */
export async function readKeys(folder: string): Promise<Keys> {
  const keys = {} as Record<(typeof KEY_NAMES)[number], KeyPair>;
  for (const name of KEY_NAMES) {
    const where = join(folder, KEY_FILES[name]);
    const key = await readKey(where);
    if (key === null) {
      throw new SetupError(
        `${where} doesn't exist: run this in the folder where npm run setup wrote its files, or name that folder with --folder`,
      );
    }
    keys[name] = key;
  }
  const old = await readKey(join(folder, KEY_FILES.oldSigning));
  // The same key twice: a rotation was cut short before it had made a new one.
  const isRotating = old?.getPublicKey() !== keys.signing.getPublicKey();
  return { ...keys, oldSigning: isRotating ? old : null };
}

async function readKey(file: string): Promise<KeyPair | null> {
  let seed: string;
  try {
    seed = (await readFile(file, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new SetupError(
      `${file} can't be read (${(error as NodeJS.ErrnoException).code}): make it a file that this user may read`,
    );
  }
  try {
    return fromSeed(new TextEncoder().encode(seed));
  } catch {
    throw new SetupError(`${file} is not a NATS seed: restore the file that npm run setup wrote`);
  }
}
