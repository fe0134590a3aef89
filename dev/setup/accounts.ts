import {
  type Account,
  encodeAccount,
  encodeUser,
  fmtCreds,
  newScopedSigner,
  type SigningKey,
} from "@nats-io/jwt";
import { createUser, type KeyPair } from "@nats-io/nkeys";
import { directGetSubject, streamNameOf } from "../../contract/feed.ts";
import { type Config, viewerPermissions } from "../../worker/config.ts";
import type { Keys } from "./keys.ts";
import { disjoint } from "./subjects.ts";

const UNLIMITED = { subs: -1, payload: -1, data: -1 } as const;
const UNRESTRICTED = { conn: -1, leaf: -1, imports: -1, exports: -1, wildcards: true, ...UNLIMITED } as const;
/** Unlimited here, because each stream has its own limits. */
const WITH_STREAMS = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 } as const;

/** A signed account, as nats-server accepts it. */
export interface SignedAccount {
  readonly name: "publishers" | "viewers" | "system";
  /** `A…`. */
  readonly publicKey: string;
  readonly jwt: string;
}

/** What viewers may read. */
export type Readable = Pick<Config, "feeds" | "explore">;

/** What the viewers' account imports from the publishers' account. */
export interface Imports {
  /** Imported subjects, no two of which overlap. */
  readonly subjects: readonly string[];
  /** Request subjects: `remote` in the publishers' account, `local` in the viewers'. */
  readonly services: readonly { readonly remote: string; readonly local: string }[];
}

/** Template for the viewer's key in the account's role; nats-server 2.9 and later replace it. */
const ANY_VIEWER = "{{subject()}}";

/** Subject of a stream's Direct Get in the viewers' account, unless a feed names another. */
export function historySubject(stream: string): string {
  return `history.${stream}`;
}

/** Imports that the feeds need, derived from a viewer's permissions: exactly what is allowed must be imported. */
export function importsOf({ feeds, explore }: Readable): Imports {
  const inbox = `_INBOX.${ANY_VIEWER}.>`;
  const subjects = viewerPermissions(feeds, ANY_VIEWER, explore).sub.allow.filter((one) => one !== inbox);
  const services = new Map<string, string>();
  for (const feed of feeds) {
    const name = streamNameOf(feed);
    if (name === null) continue;
    services.set(directGetSubject(feed), `$JS.API.DIRECT.GET.${name}`);
  }
  return {
    subjects: disjoint(subjects),
    services: [...services].map(([local, remote]) => ({ local, remote })),
  };
}

/**
 * Claims of the account with the publishers and the streams. A Direct Get may have several replies,
 * which only `response_type: Stream` lets through.
 */
function publishersAccount(readable: Readable): Partial<Account> {
  const { subjects, services } = importsOf(readable);
  const remotes = [...new Set(services.map(({ remote }) => remote))];
  return {
    limits: { ...UNRESTRICTED, ...WITH_STREAMS },
    exports: [
      ...subjects.map((subject) => ({ name: subject, subject, type: "stream" as const })),
      ...remotes.map((subject) => ({
        name: subject,
        subject,
        type: "service" as const,
        response_type: "Stream" as const,
      })),
    ],
  };
}

/**
 * Claims of the viewers' account. It has no JetStream and no publishers: a viewer's request whose reply
 * subject belongs to a stream stores nothing, because the reply stays in this account.
 */
function viewersAccount(
  readable: Readable,
  { publishers, signing, oldSigning }: Pick<Keys, "publishers" | "signing" | "oldSigning">,
): Partial<Account> {
  const { subjects, services } = importsOf(readable);
  const account = publishers.getPublicKey();
  return {
    limits: UNRESTRICTED,
    imports: [
      ...subjects.map((subject) => ({ name: subject, subject, account, type: "stream" as const })),
      ...services.map(({ remote, local }) => ({
        name: local,
        subject: remote,
        local_subject: local,
        account,
        type: "service" as const,
      })),
    ],
    signing_keys: [signing, oldSigning].flatMap((key) => (key === null ? [] : [role(key, readable)])),
  };
}

function role(key: KeyPair, { feeds, explore }: Readable): SigningKey {
  const { pub, sub, allowed_connection_types, ...limits } = viewerPermissions(feeds, ANY_VIEWER, explore);
  // The official library requires both lists.
  return newScopedSigner(key, "viewer", {
    pub: { allow: [], deny: [], ...listsOf(pub) },
    sub: { deny: [], ...listsOf(sub) },
    allowed_connection_types: [...allowed_connection_types],
    ...limits,
  });
}

/** Mutable copies, as the official library's types require. */
function listsOf<T extends object>(lists: T): { [Name in keyof T]: string[] } {
  return structuredClone(lists) as { [Name in keyof T]: string[] };
}

/** Signs the publishers' and the viewers' account for these feeds. */
export async function signAccounts(keys: Keys, readable: Readable): Promise<readonly SignedAccount[]> {
  return [
    await sign(keys, "publishers", publishersAccount(readable)),
    await sign(keys, "viewers", viewersAccount(readable, keys)),
  ];
}

/** Signs nats-server's own account, which never changes. */
export function signSystemAccount(keys: Keys): Promise<SignedAccount> {
  return sign(keys, "system", { limits: UNRESTRICTED });
}

async function sign(
  keys: Keys,
  name: SignedAccount["name"],
  claims: Partial<Account>,
): Promise<SignedAccount> {
  const key = keys[name];
  const jwt = await encodeAccount(name, key, claims, { signer: keys.operator });
  return { name, publicKey: key.getPublicKey(), jwt };
}

/** Text of a credentials file for a new user without restrictions in the account. */
export async function makeCredentials(name: string, account: KeyPair): Promise<string> {
  const user = createUser();
  const jwt = await encodeUser(name, user, account, UNLIMITED);
  return new TextDecoder().decode(fmtCreds(jwt, user));
}
