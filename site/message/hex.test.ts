import { expect, test } from "vitest";
import { hexDump } from "./hex.ts";

test("writes lines of sixteen bytes with their printable characters", () => {
  const bytes = new TextEncoder().encode("NATS is quiet, not dead\n");
  const first = "000000  4e 41 54 53 20 69 73 20 71 75 69 65 74 2c 20 6e  NATS is quiet, n";
  expect(hexDump(bytes, 10)).toBe(
    `${first}\n000010  6f 74 20 64 65 61 64 0a                          ot dead.`,
  );
  expect(hexDump(bytes, 1)).toBe(first);
  expect(hexDump(new Uint8Array(), 1)).toBe("");
});
