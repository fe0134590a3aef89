import { computed, signal } from "@preact/signals";
import { en, type Texts } from "./en.ts";
import { formatsFor } from "./format.ts";

/** The page's languages, as BCP 47 tags. */
export const LANGUAGES = ["en", "pt-BR"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's own name for itself. */
export const LANGUAGE_NAMES: { readonly [L in Language]: string } = { en: "English", "pt-BR": "Português" };

/** Where each language's texts are; those that the page opens with are there already. */
const TEXTS: { readonly [L in Language]: () => Texts | Promise<Texts> } = {
  en: () => en,
  "pt-BR": async () => (await import("./pt-br.ts")).ptBR,
};

const current = signal<{ language: Language; texts: Texts }>({ language: "en", texts: en });

/** The language that is shown. */
export const language = computed(() => current.value.language);
/** The texts of the language that is shown. */
export const texts = computed(() => current.value.texts);
/** Numbers, times and durations as the shown language writes them. */
export const formats = computed(() => formatsFor(current.value.language));

/** The language asked for last: a slower one that was asked for earlier comes too late. */
let asked: Language = "en";

/**
 * Loads a language's texts and shows them, unless another is asked for meanwhile.
 * @returns whether it is the one that was asked for last
 * @throws the browser's error when the texts can't be loaded; the shown language stays
 */
export async function showLanguage(wanted: Language): Promise<boolean> {
  asked = wanted;
  const texts = await TEXTS[wanted]();
  if (asked !== wanted) return false;
  current.value = { language: wanted, texts };
  document.documentElement.lang = wanted;
  return true;
}
