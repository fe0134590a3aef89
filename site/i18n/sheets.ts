import { computed } from "@preact/signals";
import type { Texts } from "./en.ts";
import { language, texts } from "./i18n.ts";
import { type SheetTexts, sheetsEn } from "./sheets-en.ts";
import { sheetsPtBR } from "./sheets-pt-br.ts";

/** The texts of the sheets in the shown language; apart from the others, because the page opens without them. */
export const sheetTexts = computed(() => (language.value === "en" ? sheetsEn : sheetsPtBR));

/** The texts of the page and of the sheets. */
export type AllTexts = Texts & SheetTexts;

/** All texts in the shown language, for what is loaded later. */
export const allTexts = computed((): AllTexts => ({ ...texts.value, ...sheetTexts.value }));
