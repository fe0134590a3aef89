const ASCII_ONLY = /^[\0-\x7f]*$/;

/** A text as it is compared: neither case nor accents nor the Unicode form (NFC, NFD) matter. */
export function fold(text: string): string {
  if (ASCII_ONLY.test(text)) return text.toLowerCase();
  // Which of the two lower sigmas a letter becomes depends on what stands beside it, which a search can't know.
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ς", "σ");
}
