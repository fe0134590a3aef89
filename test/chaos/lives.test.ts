import { expect, test } from "vitest";
import { shrink } from "./lives.ts";

const life = (deeds: string, thenMs = 10) => ({
  seed: 7,
  deeds: [...deeds].map((action) => ({ action, thenMs })),
});
const actionsOf = ({ deeds }: ReturnType<typeof life>) => deeds.map(({ action }) => action).join("");

test("shrink() leaves only the deeds that a life needs to fail", async () => {
  const fails = async (one: ReturnType<typeof life>) => /b.*d/.test(actionsOf(one));
  expect(await shrink(life("abcde"), fails)).toEqual(life("bd"));
});

test("shrink() keeps the time of a removed deed if the failure needs it", async () => {
  const fails = async (one: ReturnType<typeof life>) =>
    actionsOf(one).endsWith("z") && one.deeds.slice(0, -1).reduce((sum, { thenMs }) => sum + thenMs, 0) >= 30;
  const { deeds } = await shrink(life("abcz"), fails);
  expect(deeds.map(({ action, thenMs }) => [action, thenMs])).toEqual([
    ["a", 30],
    ["z", 10],
  ]);
});
