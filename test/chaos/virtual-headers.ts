import { HeaderBlock } from "../../client/headers.ts";
import type { VirtualAnswer } from "./virtual-stream.ts";

const ENCODER = new TextEncoder();

/** Headers as a client reads them: a publisher's own come first, and only some answers have a status. */
export function headersOf({ status, own = {}, headers }: VirtualAnswer): HeaderBlock {
  const lines = [own, headers].flatMap((some) =>
    Object.entries(some).map(([name, value]) => `${name}: ${value}\r\n`),
  );
  return new HeaderBlock(ENCODER.encode(`NATS/1.0${status && ` ${status}`}\r\n${lines.join("")}\r\n`));
}
