import type { Proof } from "./credentials.ts";
import { connectLine, type Info, Peer } from "./peer.ts";

/**
 * Connects with credentials, then sends `commands` and a PING. Returns everything received until the PONG or the
 * end of the connection, without INFOs.
 */
export async function enter(
  port: number,
  prove: Proof | ((info: Info) => Proof),
  commands = "",
): Promise<{ heard: string; ended: boolean }> {
  const peer = await Peer.dial(port);
  try {
    const info = await peer.info();
    const proof = typeof prove === "function" ? prove(info) : prove;
    peer.send(`${connectLine(proof)}PING\r\n`);
    const first = await peer.untilPong();
    if (peer.isEnded || commands === "") return { heard: strip(first), ended: peer.isEnded };
    peer.send(`${commands}PING\r\n`);
    const second = await peer.untilPong();
    return { heard: strip(first + second), ended: peer.isEnded };
  } finally {
    peer.close();
  }
}

/** The result for an accepted client that received nothing but PONGs. */
export const WELCOME = { heard: "PONG\r\n", ended: false };

/** The result for a rejected client. */
export const REFUSED = { heard: "-ERR 'Authorization Violation'\r\n", ended: true };

function strip(text: string): string {
  return text.replace(/INFO .*?\r\n/g, "");
}
