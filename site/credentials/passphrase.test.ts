import { expect, test } from "vitest";
import { Passphrase } from "./passphrase.ts";

test("that it was the wrong one stands until another is given, however often it is wanted meanwhile", () => {
  const passphrase = new Passphrase();
  expect([passphrase.wanted(), passphrase.asking.value]).toEqual([null, "passphrase"]);
  passphrase.give(" wrong ");
  expect([passphrase.wanted(), passphrase.asking.value]).toEqual(["wrong", "patience"]);
  passphrase.refused();
  passphrase.settled();
  // The machine wakes, and dials.
  expect([passphrase.wanted(), passphrase.asking.value]).toEqual([null, "again"]);
  passphrase.give("right");
  passphrase.settled();
  expect([passphrase.wanted(), passphrase.asking.value]).toEqual(["right", "nothing"]);
});
