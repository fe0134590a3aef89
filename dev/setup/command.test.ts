import { expect, test } from "vitest";
import { setupCommand, streamWords } from "./command.ts";

test.each([
  [{ folder: "." }, ""],
  [{ folder: "./" }, ""],
  [
    { folder: "an other", via: "tls://nats.example:4222" },
    " --folder 'an other' --via tls://nats.example:4222",
  ],
  [{ folder: "x", via: null, page: "https://page.example" }, " --folder x --page https://page.example"],
])("another command finds what %j names by %j", (place, flags) => {
  expect(setupCommand("push", place)).toBe(`npm run setup -- push${flags}`);
});

test("quotes a stream's name and subjects for the shell", () => {
  expect(streamWords("BI$LS", ["bills.*", "plain"])).toBe("stream 'BI$LS' 'bills.*' plain");
});
