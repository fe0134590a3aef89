import { computed, signal } from "@preact/signals";
import { recall, remember } from "../ui/memory.ts";
import { part } from "../ui/parts.ts";
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

/** The language to open with: the one chosen here before, else the first that the browser asks for and the page has. */
export function preferredLanguage(remembered: string | null, wanted: readonly string[]): Language {
  const chosen = LANGUAGES.find((known) => known === remembered);
  if (chosen !== undefined) return chosen;
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split("-")[0];
    const found = LANGUAGES.find((known) => known.toLowerCase().split("-")[0] === primary);
    if (found !== undefined) return found;
  }
  return "en";
}

/** The language asked for last: a slower one that was asked for earlier comes too late. */
let asked: Language = "en";

/**
 * Loads a language's texts and shows them, unless another is asked for meanwhile.
 * @throws the browser's error when the texts can't be loaded; the shown language stays
 */
async function showLanguage(wanted: Language): Promise<void> {
  asked = wanted;
  const texts = await TEXTS[wanted]();
  if (asked !== wanted) return;
  current.value = { language: wanted, texts };
  document.documentElement.lang = wanted;
}

/** Shows a language and remembers it in this browser; one that can't be loaded leaves all as it was. */
export async function chooseLanguage(wanted: Language): Promise<void> {
  const shown = await part(async () => {
    await showLanguage(wanted);
    return true;
  }, "texts");
  if (shown && asked === wanted) remember("language", wanted);
}

/** Shows the language that this reader prefers. */
export function openLanguage(): Promise<void> {
  const preferred = preferredLanguage(recall("language"), navigator.languages);
  // A page in another language is better than none.
  return showLanguage(preferred).catch(() => showLanguage("en"));
}
