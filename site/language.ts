import { LANGUAGES, type Language, showLanguage } from "./i18n/i18n.ts";
import { onRemembered, recall, remember } from "./ui/memory.ts";
import { Part } from "./ui/parts.ts";

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

/** Shows another language; one that can't be loaded leaves all as it was. Whether it is the one that is shown. */
async function changeLanguage(wanted: Language): Promise<boolean> {
  return (await new Part(() => showLanguage(wanted), "texts").load()) === true;
}

/** Shows a language and remembers it in this browser. */
export async function chooseLanguage(wanted: Language): Promise<void> {
  if (await changeLanguage(wanted)) remember("language", wanted);
}

/** Shows the language that this reader prefers, and another that is chosen in another tab. */
export async function openLanguage(): Promise<void> {
  const preferred = (remembered: string | null) => preferredLanguage(remembered, navigator.languages);
  onRemembered("language", (remembered) => void changeLanguage(preferred(remembered)));
  // A page in another language is better than none.
  await showLanguage(preferred(recall("language"))).catch(() => showLanguage("en"));
}
