import { EXPLANATIONS } from "../../contract/explanations.ts";
import type { TextsOf } from "./en.ts";

/** The English texts of what says that something is wrong with the connection; every other language has exactly these keys. */
export const faultsEn = {
  bannerLabel: "What is wrong with the connection",
  bannerCalm: "Live data is interrupted.",
  bannerCalmFirst: "Live data isn't there yet.",
  bannerCalmHint: "It comes back by itself; nothing to do.",
  bannerCalmFirstHint: "It comes by itself; nothing to do.",
  bannerCalmStuck: "Live data can't be shown here.",
  bannerCalmStuckHint: "Whoever runs this page has to change something first.",
  bannerForViewer: "You can act on this",
  bannerForOperator: "For whoever runs NATS",
  bannerNextAttempt: (seconds: string) => `Next attempt in ${seconds} s`,
  bannerAttemptUnderWay: "Trying now…",
  bannerWaitingForNetwork: "Goes on by itself once this device is online",
  bannerSince: (time: string) => `since ${time}`,
  bannerTriedSince: (time: string) => `tried since ${time}`,
  bannerDown: (since: string) => `down for everyone, ${since}`,
  explanations: EXPLANATIONS,
};

export type FaultTexts = TextsOf<typeof faultsEn>;
