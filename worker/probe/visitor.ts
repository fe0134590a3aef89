import { directGetOf, heardSubject } from "../../contract/feed.ts";
import type { Viewing } from "../token/viewer-jwt.ts";
import { loginOf, newInbox } from "./login.ts";
import type { Visitor } from "./session.ts";

/** How the probe comes, besides what the configuration says. */
export interface Coming {
  /** The origin of the page, where it is known. */
  readonly origin: string | null;
  /** The servers where to try what viewers must not. */
  readonly triesToPublishAt: readonly string[];
}

/** Someone who comes as the page would, to read what the page reads. */
export async function visitorOf(viewing: Viewing, coming: Coming): Promise<Visitor> {
  const { feeds } = viewing;
  const login = await loginOf(viewing);
  return {
    ...coming,
    login,
    inbox: login?.ownInbox ?? newInbox(),
    subjects: [...new Set(feeds.map(heardSubject))],
    histories: [...new Set(feeds.map(directGetOf))].filter((directGet) => directGet !== ""),
  };
}

/** Someone without credentials, who reads nothing. */
export const ANYBODY: Visitor = {
  login: null,
  inbox: "_INBOX.anybody",
  origin: null,
  subjects: [],
  histories: [],
  triesToPublishAt: [],
};
