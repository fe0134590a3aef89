import { computed } from "@preact/signals";
import type { Texts } from "./en.ts";
import { type Language, language, texts } from "./i18n.ts";
import { type SheetTexts, sheetsEn } from "./sheets-en.ts";
import { sheetsPtBR } from "./sheets-pt-br.ts";

const SHEETS: { readonly [L in Language]: SheetTexts } = { en: sheetsEn, "pt-BR": sheetsPtBR };

/** The shell's texts, and those of parts that are loaded later. */
export type AllTexts = Texts & SheetTexts;

/** All texts in the current language. Use only in parts that are loaded later, to keep the shell small. */
export const allTexts = computed((): AllTexts => ({ ...texts.value, ...SHEETS[language.value] }));
