import { HeaderBlock } from "../../client/headers.ts";
import type { VirtualAnswer } from "./virtual-stream.ts";

const ENCODER = new TextEncoder();

/** Encodes the headers of an answer: the status, the publisher's own headers, then those of the server. */
export function headersOf({ status, own = {}, headers }: VirtualAnswer): HeaderBlock {
  const lines = [own, headers].flatMap((some) =>
    Object.entries(some).map(([name, value]) => `${name}: ${value}\r\n`),
  );
  return new HeaderBlock(ENCODER.encode(`NATS/1.0${status && ` ${status}`}\r\n${lines.join("")}\r\n`));
}
