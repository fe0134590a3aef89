import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { MyceliumClient } from "../../client/index.ts";
import { stream, subject } from "../../contract/source.ts";

/** Names of arbitrary characters, and of characters with a meaning in NATS or JSON. */
const anyName = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.string({ unit: fc.constantFrom("a", ".", "*", ">", "$", " ", "\0", "\x7f", "é"), minLength: 1 }),
);

test("the client accepts every source that the contract accepts, so that no panel in a link can break the page", () => {
  const client = new MyceliumClient({ servers: ["ws://nats"] });
  const listen = (of: string, name: string) => client.subscribe(of, () => {}, { stream: name }).unsubscribe();
  fc.assert(
    fc.property(anyName, (name) => {
      if (v.is(subject, name)) expect(() => listen(name, "S")).not.toThrow();
      if (v.is(stream, name)) expect(() => listen("s", name)).not.toThrow();
    }),
  );
  expect(v.is(stream, "ORDERS")).toBe(true);
});
