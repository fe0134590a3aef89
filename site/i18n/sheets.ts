import { computed } from "@preact/signals";
import { language } from "./i18n.ts";
import { sheetsEn } from "./sheets-en.ts";
import { sheetsPtBR } from "./sheets-pt-br.ts";

/** The texts of the sheets in the shown language; apart from the others, because the page opens without them. */
export const sheetTexts = computed(() => (language.value === "en" ? sheetsEn : sheetsPtBR));
