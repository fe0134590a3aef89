import { LANGUAGES, type Language, showLanguage } from "./i18n/i18n.ts";
import { onRemembered, recall, remember } from "./ui/memory.ts";
import { Part } from "./ui/parts.ts";

/** The language to open with: the remembered one, else the browser's first preference that the page has. */
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

/** Shows another language. Resolves with whether it is shown now; if it can't be loaded, the page keeps its language. */
async function changeLanguage(wanted: Language): Promise<boolean> {
  return (await new Part(() => showLanguage(wanted), "texts").load()) === true;
}

/** Shows a language and remembers it in this browser. */
export async function chooseLanguage(wanted: Language): Promise<void> {
  if (await changeLanguage(wanted)) remember("language", wanted);
}

/** Shows the preferred language, and follows changes made in other tabs. */
export async function openLanguage(): Promise<void> {
  const preferred = (remembered: string | null) => preferredLanguage(remembered, navigator.languages);
  onRemembered("language", (remembered) => void changeLanguage(preferred(remembered)));
  // A page in English is better than none.
  await showLanguage(preferred(recall("language"))).catch(() => showLanguage("en"));
}
