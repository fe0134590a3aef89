import { randomBytes } from "node:crypto";

/** The version whose behaviour the simulator follows. */
export const NATS_VERSION = "2.15.1";

/** The JetStream API level of that version; every server sends it, with or without JetStream. */
export const API_LEVEL = 5;

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A random text in the format of an nkey's public key: the prefix letter and 55 letters of base32. */
function publicKeyLike(prefix: string): string {
  return prefix + [...randomBytes(55)].map((byte) => BASE32[byte % BASE32.length]).join("");
}

/** The server's identity in INFO and the monitor, constant while it runs. */
export interface Identity {
  /** `server_id`: an N and 55 letters. */
  readonly serverId: string;
  readonly serverName: string;
  /** `xkey`: an X and 55 letters. */
  readonly exchangeKey: string;
}

/** A new identity; `serverName` is the id unless a name is given. */
export function newIdentity(serverName: string): Identity {
  const serverId = publicKeyLike("N");
  return { serverId, serverName: serverName === "" ? serverId : serverName, exchangeKey: publicKeyLike("X") };
}
