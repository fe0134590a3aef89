import { type Colour, type Fault, STATUS_RULES, type TimelineEntry } from "../../client/index.ts";
import { fillServer } from "../../contract/explanations.ts";
import type { AllTexts } from "../i18n/all-texts.ts";
import type { Formats } from "../i18n/format.ts";
import { outcomeWords } from "../panels/gap-words.ts";

/** A timeline entry in words: a sentence, an optional consequence, and a colour. */
export interface TimelineLine {
  readonly words: string;
  readonly more: string | null;
  readonly tone: Colour;
}

export function timelineLine(entry: TimelineEntry, texts: AllTexts, formats: Formats): TimelineLine {
  const line = (words: string, tone: Colour, more: string | null = null) => ({ words, more, tone });
  const causeOf = ({ explanation, evidence }: Fault) =>
    fillServer(texts.explanations[explanation].what, evidence.server);
  const retryIn = (ms: number) => texts.timelineRetryIn(formats.duration(ms));
  switch (entry.type) {
    case "status":
      return line(
        texts.timelineStatus(texts.statuses[entry.status]),
        STATUS_RULES[entry.status].colour,
        entry.fault === undefined ? null : causeOf(entry.fault),
      );
    case "dial":
      return line(texts.timelineDial(formats.number(entry.attempt), entry.server), "amber");
    case "dial-failed":
      return line(
        texts.timelineDialFailed(formats.number(entry.attempt), causeOf(entry.fault)),
        "red",
        entry.retryInMs === null ? texts.timelineRetryOnline : retryIn(entry.retryInMs),
      );
    case "live":
      return line(
        texts.timelineLive(entry.server, entry.version, formats.duration(entry.tookMs)),
        "green",
        entry.downMs === null ? null : texts.timelineRecovered(formats.duration(entry.downMs)),
      );
    case "link-lost":
      return line(texts.timelineLost(causeOf(entry.fault)), "red");
    case "fault-refined":
      return line(texts.timelineRefined(causeOf(entry.fault)), "red");
    case "handover":
      return line(texts.timelineHandover(entry.server), "green", texts.handoverReasons[entry.reason]);
    case "handover-failed":
      return line(texts.timelineHandoverFailed(causeOf(entry.fault)), "amber", retryIn(entry.retryInMs));
    case "closed":
      return line(texts.stopOutcomes[entry.outcome], "grey");
    case "subscription-denied":
      return line(texts.timelineDenied(entry.subject), "red", causeOf(entry.fault));
    case "publish-failed":
      return line(texts.timelinePublishFailed(entry.subject, entry.message), "red");
    case "callback-failed":
      return line(texts.timelineHandlerFailed(entry.callback, entry.message), "red");
    case "handler-failed":
      return line(texts.timelineHandlerFailed(entry.subject, entry.message), "red");
    case "gap": {
      const { subject, subjects, fromMs, toMs, missing } = entry;
      const isWhole = missing !== "unknown" && "exactly" in missing && missing.exactly === 0;
      return line(
        texts.timelineGap(
          subjects === 1 ? subject : texts.subjects(formats.count(subjects)),
          formats.duration(toMs - fromMs),
        ),
        isWhole ? "green" : "amber",
        outcomeWords(entry, texts, formats),
      );
    }
    case "network":
      return entry.online ? line(texts.evidenceOnline, "green") : line(texts.timelineOffline, "red");
  }
}
