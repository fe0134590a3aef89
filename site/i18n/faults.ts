import { computed } from "@preact/signals";
import { type FaultTexts, faultsEn } from "./faults-en.ts";
import { faultsPtBR } from "./faults-pt-br.ts";
import { type Language, language } from "./i18n.ts";

const FAULTS: { readonly [L in Language]: FaultTexts } = { en: faultsEn, "pt-BR": faultsPtBR };

/** The texts of what is wrong, in the shown language; apart from the others, because the page opens without them. */
export const faultTexts = computed(() => FAULTS[language.value]);
