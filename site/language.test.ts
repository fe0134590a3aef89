import { expect, test } from "vitest";
import { preferredLanguage } from "./language.ts";

test("opens in the language chosen here, else in the first that the browser asks for", () => {
  expect(preferredLanguage("pt-BR", ["en"])).toBe("pt-BR");
  expect(preferredLanguage(null, ["fr-FR", "pt-PT", "en"])).toBe("pt-BR");
  expect(preferredLanguage("xx", ["en-GB"])).toBe("en");
  expect(preferredLanguage(null, ["fr"])).toBe("en");
});
