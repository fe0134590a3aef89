import { expect, test } from "vitest";
import { preferredLanguage } from "./language.ts";

test("the page opens in the remembered language, else in the first of the browser's languages that it has", () => {
  expect(preferredLanguage("pt-BR", ["en"])).toBe("pt-BR");
  expect(preferredLanguage(null, ["fr-FR", "pt-PT", "en"])).toBe("pt-BR");
  expect(preferredLanguage("xx", ["en-GB"])).toBe("en");
  expect(preferredLanguage(null, ["fr"])).toBe("en");
});
