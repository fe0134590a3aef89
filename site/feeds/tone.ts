/** How a status word looks: the page knows the usual words of work in any spelling. */
export type Tone = "neutral" | "active" | "good" | "bad";

const WORDS: { readonly [word: string]: Tone } = {
  in_progress: "active",
  running: "active",
  started: "active",
  under_review: "active",
  completed: "good",
  complete: "good",
  done: "good",
  ok: "good",
  success: "good",
  adopted: "good",
  failed: "bad",
  error: "bad",
  rejected: "bad",
  cancelled: "bad",
};

/** The tone of a status word; neutral for words that the page doesn't know. */
export function toneOf(word: string): Tone {
  const key = word
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  return Object.hasOwn(WORDS, key) ? (WORDS[key] ?? "neutral") : "neutral";
}
