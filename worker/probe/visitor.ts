import { loginOf, type Viewing } from "./login.ts";
import type { Visitor } from "./session.ts";

/** Someone who comes as the page would, to read what the page reads. */
export async function visitorOf(config: Viewing): Promise<Visitor> {
  const subjects = [...new Set(config.feeds.map(({ subject }) => subject))];
  return { login: await loginOf(config), subjects };
}

/** Someone without credentials or wishes, for when the environment is wrong. */
export const STRANGER: Visitor = { login: null, subjects: [] };
