import { expect, test } from "vitest";
import { Passphrase } from "./passphrase.ts";

test("the prompt keeps saying that the passphrase was wrong until another one is given", () => {
  const passphrase = new Passphrase();
  expect([passphrase.wanted(), passphrase.asking.value]).toEqual([null, "passphrase"]);
  passphrase.give(" wrong ");
  expect([passphrase.wanted(), passphrase.asking.value]).toEqual(["wrong", "patience"]);
  passphrase.refused();
  passphrase.settled();
  // The machine wakes and dials.
  expect([passphrase.wanted(), passphrase.asking.value]).toEqual([null, "again"]);
  passphrase.give("right");
  passphrase.settled();
  expect([passphrase.wanted(), passphrase.asking.value]).toEqual(["right", "nothing"]);
});
