import { computed } from "@preact/signals";
import type { Texts } from "./en.ts";
import { type Language, language, texts } from "./i18n.ts";
import { type SheetTexts, sheetsEn } from "./sheets-en.ts";
import { sheetsPtBR } from "./sheets-pt-br.ts";

const SHEETS: { readonly [L in Language]: SheetTexts } = { en: sheetsEn, "pt-BR": sheetsPtBR };

/** The texts that the page opens with, and those of all that is loaded later. */
export type AllTexts = Texts & SheetTexts;

/** All texts in the shown language, for what is loaded later: the page opens without most of them. */
export const allTexts = computed((): AllTexts => ({ ...texts.value, ...SHEETS[language.value] }));
