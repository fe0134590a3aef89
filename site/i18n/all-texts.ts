import { computed } from "@preact/signals";
import type { Texts } from "./en.ts";
import { type FaultTexts, faultsEn } from "./faults-en.ts";
import { faultsPtBR } from "./faults-pt-br.ts";
import { type Language, language, texts } from "./i18n.ts";
import { type SheetTexts, sheetsEn } from "./sheets-en.ts";
import { sheetsPtBR } from "./sheets-pt-br.ts";

type LaterTexts = FaultTexts & SheetTexts;

const LATER: { readonly [L in Language]: LaterTexts } = {
  en: { ...faultsEn, ...sheetsEn },
  "pt-BR": { ...faultsPtBR, ...sheetsPtBR },
};

/** The texts that the page opens with, of what is wrong and of the sheets. */
export type AllTexts = Texts & LaterTexts;

/** All texts in the shown language, for what is loaded later: the page opens without most of them. */
export const allTexts = computed((): AllTexts => ({ ...texts.value, ...LATER[language.value] }));
