import { AskError } from "./port.ts";

/**
 * A part of this code that few feeds need, once it is loaded.
 * @throws AskError where it can't be had: a deploy took it away, or there is no network
 */
export function loaded<Part>(part: Promise<Part>): Promise<Part> {
  return part.catch(() => {
    throw new AskError("not-loaded");
  });
}
