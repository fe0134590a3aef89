import { expect, test } from "vitest";
import { messageOf } from "./errors.ts";
import { Listeners } from "./listeners.ts";

function listeners() {
  const failed: unknown[] = [];
  return { failed, of: new Listeners<[number]>((reason) => failed.push(messageOf(reason))) };
}

test("a listener that throws or rejects is reported, and the others are called", async () => {
  const { failed, of } = listeners();
  const heard: number[] = [];
  of.add(() => {
    throw new Error("thrown");
  });
  of.add(async () => {
    throw new Error("rejected");
  });
  of.add((one) => heard.push(one));
  of.call(7);
  await Promise.resolve().then(() => {});
  expect(heard).toEqual([7]);
  expect(failed).toEqual(["thrown", "rejected"]);
});

test("a listener that another one removed isn't called, nor is one that was added during the call", () => {
  const { of } = listeners();
  const heard: string[] = [];
  let leave = () => {};
  of.add(() => {
    heard.push("first");
    leave();
    of.add(() => heard.push("late"));
  });
  leave = of.add(() => heard.push("second"));
  of.call(1);
  expect(heard).toEqual(["first"]);
});

test("a call made by a listener reaches every listener after the current one", () => {
  const { of } = listeners();
  const heard: string[] = [];
  of.add((one) => {
    if (one < 3) of.call(one + 1);
    heard.push(`first ${one}`);
  });
  of.add((one) => heard.push(`second ${one}`));
  of.call(1);
  expect(heard).toEqual(["first 1", "second 1", "first 2", "second 2", "first 3", "second 3"]);
});

test("a function that is added twice is called twice, and each is removed by itself", () => {
  const { of } = listeners();
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  const leave = of.add(count);
  of.add(count);
  of.call(1);
  leave();
  of.call(2);
  expect(calls).toBe(3);
});

test("an error that can't be converted to a string is still reported", () => {
  const { failed, of } = listeners();
  of.add(() => {
    throw Object.create(null);
  });
  of.add(() => {
    throw {
      [Symbol.toPrimitive]() {
        throw new Error("never ask");
      },
    };
  });
  of.call(1);
  expect(failed).toHaveLength(2);
});
