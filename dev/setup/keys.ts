import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createAccount, createOperator } from "@nats-io/jwt";
import { fromSeed, type KeyPair } from "@nats-io/nkeys";
import { SetupError } from "./error.ts";

/** A deployment's signing keys; without them the accounts can't be changed. */
export interface Keys {
  /** Signs the accounts. */
  readonly operator: KeyPair;
  /** nats-server's system account, through which accounts are pushed. */
  readonly system: KeyPair;
  /** The account of publishers and streams. */
  readonly publishers: KeyPair;
  /** The account of viewers, which only reads what the publishers' account exports. */
  readonly viewers: KeyPair;
  /** Signs viewers' tokens only; the worker's secret. */
  readonly signing: KeyPair;
  /** The previous signing key, while both are accepted; null when no rotation is under way. */
  readonly oldSigning: KeyPair | null;
}

/** The keys that every deployment has. */
export const KEY_NAMES = ["operator", "system", "publishers", "viewers", "signing"] as const;

/** One file per seed, relative to the deployment's folder, so that a seed can be piped without being shown. */
export const KEY_FILES: Readonly<Record<keyof Keys, string>> = {
  operator: "nats/keys/operator.nk",
  system: "nats/keys/system.nk",
  publishers: "nats/keys/publishers.nk",
  viewers: "nats/keys/viewers.nk",
  signing: "nats/keys/signing.nk",
  oldSigning: "nats/keys/signing.old.nk",
};

/** Creates the keys of a new deployment. */
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

/** A key's seed as text: `SO…`, `SA…`. */
export function seedOf(key: KeyPair): string {
  return new TextDecoder().decode(key.getSeed());
}

/**
 * Reads the keys that an earlier run wrote.
 * @throws SetupError that names a file that is missing, unreadable or not a seed
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
  // The same key in both files: a rotation was interrupted before it wrote a new key.
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
