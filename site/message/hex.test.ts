import { expect, test } from "vitest";
import { hexLines } from "./hex.ts";

test("bytes stand in lines of sixteen, beside what of them is readable", () => {
  const bytes = new TextEncoder().encode("NATS is quiet, not dead\n");
  expect(hexLines(bytes, 10)).toEqual([
    {
      offset: "000000",
      bytes: "4e 41 54 53 20 69 73 20 71 75 69 65 74 2c 20 6e",
      text: "NATS is quiet, n",
    },
    { offset: "000010", bytes: "6f 74 20 64 65 61 64 0a", text: "ot dead." },
  ]);
  expect(hexLines(bytes, 1)).toHaveLength(1);
  expect(hexLines(new Uint8Array(), 1)).toEqual([]);
});
