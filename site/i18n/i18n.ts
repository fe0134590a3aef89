import { computed, signal } from "@preact/signals";
import { en, type Texts } from "./en.ts";
import { formatsFor } from "./format.ts";

/** The page's languages, as BCP 47 tags. */
export const LANGUAGES = ["en", "pt-BR"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's own name for itself. */
export const LANGUAGE_NAMES: { readonly [L in Language]: string } = { en: "English", "pt-BR": "Português" };

/** The texts of each language. English is part of the shell; others are loaded on demand. */
const TEXTS: { readonly [L in Language]: () => Texts | Promise<Texts> } = {
  en: () => en,
  "pt-BR": async () => (await import("./pt-br.ts")).ptBR,
};

const current = signal<{ language: Language; texts: Texts }>({ language: "en", texts: en });

/** The current language. */
export const language = computed(() => current.value.language);
/** The texts of the current language. */
export const texts = computed(() => current.value.texts);
/** The formats of the current language. */
export const formats = computed(() => formatsFor(current.value.language));

/** The language requested last; an earlier request that loads later is ignored. */
let asked: Language = "en";

/**
 * Loads a language and switches to it, unless another is requested meanwhile.
 * @returns whether this language was requested last
 * @throws the browser's error when the texts can't be loaded; the language stays as it was
 */
export async function showLanguage(wanted: Language): Promise<boolean> {
  asked = wanted;
  const texts = await TEXTS[wanted]();
  if (asked !== wanted) return false;
  current.value = { language: wanted, texts };
  document.documentElement.lang = wanted;
  return true;
}
