/** Copies a text, and says whether it could: pages that aren't served securely have no clipboard, and others may be denied it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
