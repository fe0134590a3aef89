import { describe, expect, test } from "vitest";
import type { Count } from "./count.ts";
import { en } from "./en.ts";
import { formatsFor } from "./format.ts";
import type { Language } from "./i18n.ts";
import { ptBR } from "./pt-br.ts";
import { sheetsEn } from "./sheets-en.ts";
import { sheetsPtBR } from "./sheets-pt-br.ts";

type Tree = { readonly [key: string]: unknown };

/** Arguments that work as counts and as strings, and can be found again in the text. */
const PLACEHOLDERS = [1, 2, 3].map((place) => {
  const text = `‹${place}›`;
  return { value: 2, text, toString: () => text };
});

/** All texts by their path; functions are called with the placeholders. */
function textsOf(tree: Tree, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") found.set(path + key, value);
    else if (typeof value === "function") found.set(path + key, value(...PLACEHOLDERS));
    else for (const [inner, text] of textsOf(value as Tree, `${path}${key}.`)) found.set(inner, text);
  }
  return found;
}

const english = textsOf({ ...en, sheets: sheetsEn });
/** The texts of each language except English, with which they are compared. */
const TRANSLATIONS: { readonly [L in Exclude<Language, "en">]: Map<string, string> } = {
  "pt-BR": textsOf({ ...ptBR, sheets: sheetsPtBR }),
};
const placeholders = (text: string) => (text.match(/‹\d›|\{\w+\}/g) ?? []).sort();

describe.each(Object.entries(TRANSLATIONS))("in %s", (_language, translation) => {
  test("the keys are those of English, and no text is empty", () => {
    expect([...translation.keys()].sort()).toEqual([...english.keys()].sort());
    for (const text of [...english.values(), ...translation.values()]) expect(text.trim()).not.toBe("");
  });

  test("no text is left in English", () => {
    for (const [key, text] of translation) {
      const untranslated = text === english.get(key) && /[a-z]{3}/i.test(text.replace(/‹\d›/g, ""));
      if (!key.endsWith(".who")) expect(untranslated, `${key}: ${text}`).toBe(false);
    }
  });

  test("a text has the placeholders of the English one, and the same code", () => {
    for (const [key, text] of translation) {
      const source = english.get(key) ?? "";
      expect(placeholders(text), key).toEqual(placeholders(source));
      expect((text.match(/`[^`]+`/g) ?? []).sort(), key).toEqual((source.match(/`[^`]+`/g) ?? []).sort());
    }
  });

  test("an explanation addresses the same person", () => {
    for (const [key, text] of english) if (key.endsWith(".who")) expect(translation.get(key)).toBe(text);
  });
});

test("numbers, ages, durations and sizes follow each language's conventions", () => {
  const [us, br] = [formatsFor("en"), formatsFor("pt-BR")];
  expect([us.number(12345), br.number(12345)]).toEqual(["12,345", "12.345"]);
  expect([us.age(5400), br.age(5400)]).toEqual(["5s ago", "há 5 seg."]);
  expect(us.age(-5400)).toBe("0s ago");
  expect([us.duration(250), us.duration(1500), br.duration(1500)]).toEqual([
    "250\u00a0ms",
    "1.5\u00a0s",
    "1,5\u00a0s",
  ]);
  expect([us.duration(60_000), us.duration(185_000), us.duration(7_380_000)]).toEqual([
    "1\u00a0min",
    "3\u00a0min 5\u00a0s",
    "2\u00a0h 3\u00a0min",
  ]);
  expect([us.percent(0.99954), br.percent(0.5)]).toEqual(["99.95%", "50%"]);
  // One failure among very many must not show as 100%.
  expect([us.percent(0.999999), br.percent(0.999999)]).toEqual(["99.99%", "99,99%"]);
  expect([us.percent(1), us.percent(0.57)]).toEqual(["100%", "57%"]);
  expect([us.bytes(512), us.bytes(2048), br.bytes(1_500_000)]).toEqual([
    "512\u00a0B",
    "2\u00a0kB",
    "1,5\u00a0MB",
  ]);
});

test("plural forms follow the number, in each language", () => {
  const [us, br] = [formatsFor("en"), formatsFor("pt-BR")];
  expect([en.historyCount(us.count(1)), en.historyCount(us.count(1234))]).toEqual([
    "1 event",
    "1,234 events",
  ]);
  expect(sheetsEn.timelineDropped(us.count(1))).toBe("1 older entry removed");
  expect([ptBR.feedReceived(br.count(1)), ptBR.feedReceived(br.count(2))]).toEqual(["recebida", "recebidas"]);
  expect([ptBR.newMessages(br.count(1)), ptBR.newMessages(br.count(0))]).toEqual(["1 nova", "0 nova"]);
  const counts = [1, 2, 1].map(br.count) as [Count, Count, Count];
  expect(sheetsPtBR.subscriptionCounts(...counts)).toBe("1 recebida · 2 entregues · 1 falhou na página");
  expect(sheetsPtBR.timelineDropped(br.count(2))).toBe("2 registros antigos removidos");
});
