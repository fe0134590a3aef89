import { computed } from "@preact/signals";
import type { Texts } from "./en.ts";
import { faultTexts } from "./faults.ts";
import type { FaultTexts } from "./faults-en.ts";
import { type Language, language, texts } from "./i18n.ts";
import { type SheetTexts, sheetsEn } from "./sheets-en.ts";
import { sheetsPtBR } from "./sheets-pt-br.ts";

const SHEETS: { readonly [L in Language]: SheetTexts } = { en: sheetsEn, "pt-BR": sheetsPtBR };

/** The texts of the sheets in the shown language; apart from the others, because the page opens without them. */
export const sheetTexts = computed(() => SHEETS[language.value]);

/** The texts of the page, of what is wrong and of the sheets. */
export type AllTexts = Texts & FaultTexts & SheetTexts;

/** All texts in the shown language, for what is loaded later. */
export const allTexts = computed(
  (): AllTexts => ({
    ...texts.value,
    ...faultTexts.value,
    ...sheetTexts.value,
  }),
);
