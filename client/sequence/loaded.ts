import { AskError } from "./port.ts";

/**
 * A part of this code that few feeds need, once it is loaded.
 * @param signal aborted once nobody waits for it any more: it may take longer than a link lives
 * @throws AskError where it can't be had: a deploy took it away, or there is no network; or where the signal was aborted
 */
export async function loaded<Part>(part: Promise<Part>, signal: AbortSignal): Promise<Part> {
  const found = await part.catch(() => null);
  if (signal.aborted) throw new AskError("ended");
  if (found === null) throw new AskError("not-loaded");
  return found;
}
