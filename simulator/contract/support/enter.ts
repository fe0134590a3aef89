import type { Proof } from "./credentials.ts";
import { connectLine, type Info, Peer } from "./peer.ts";

/**
 * Dials, shows credentials, says `commands` and asks with a PING; returns all
 * that is heard until its PONG or the end. INFOs are left out.
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

/** What a client heard when it was let in and nothing else happened. */
export const WELCOME = { heard: "PONG\r\n", ended: false };

/** What a client heard that wasn't let in. */
export const REFUSED = { heard: "-ERR 'Authorization Violation'\r\n", ended: true };

function strip(text: string): string {
  return text.replace(/INFO .*?\r\n/g, "");
}
