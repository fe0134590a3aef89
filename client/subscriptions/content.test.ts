import { expect, test } from "vitest";
import type { Message } from "../message.ts";
import { contentOf } from "./content.ts";

function message(
  subject: string,
  payload: string,
  more: Partial<Pick<Message, "reply" | "headers">> = {},
): Message {
  return {
    subject,
    data: new TextEncoder().encode(payload),
    isHistory: false,
    respond: () => false,
    ...more,
  };
}

test("messages are equal unless they differ in subject, reply, headers or payload", () => {
  const headers = (value: string) => ({
    keys: () => ["x"],
    values: () => [value],
    get: () => value,
    has: () => true,
  });
  const each = () =>
    [
      message("a", "1"),
      message("b", "1"),
      message("a", "2"),
      message("a", "1", { reply: "r" }),
      message("a", "1", { headers: headers("1") }),
      message("a", "1", { headers: headers("2") }),
    ].map(contentOf);
  expect(new Set(each()).size).toBe(6);
  expect(each()).toEqual(each());
});
