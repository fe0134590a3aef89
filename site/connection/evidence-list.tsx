import type { Evidence, Fault } from "../../client/index.ts";
import type { Formats } from "../i18n/format.ts";
import { formats } from "../i18n/i18n.ts";
import { type AllTexts, allTexts } from "../i18n/sheets.ts";
import { Facts } from "../ui/facts.tsx";

/** A label and what was seen. */
type EvidenceLine = readonly [label: string, value: string];

/** What was seen of a fault, for whoever runs NATS. */
export function EvidenceList({ fault }: { fault: Fault }) {
  return <Facts lines={evidenceLines(fault, allTexts.value, formats.value)} />;
}

/** What was seen of a fault, line by line; what wasn't seen has no line. */
export function evidenceLines(fault: Fault, texts: AllTexts, formats: Formats): readonly EvidenceLine[] {
  const { evidence } = fault;
  const yesNo = (value: boolean) => (value ? texts.yes : texts.no);
  const lines: (EvidenceLine | null)[] = [
    [texts.evidenceKind, fault.kind],
    [texts.evidenceConfidence, texts.confidences[fault.confidence]],
    line(texts.evidenceServer, evidence.server),
    line(texts.evidencePhase, evidence.phase, (phase) => texts.phases[phase]),
    line(texts.evidenceSocketOpened, evidence.socketOpened, yesNo),
    line(texts.evidenceInfoReceived, evidence.infoReceived, yesNo),
    line(texts.evidenceClose, closeText(evidence)),
    line(texts.evidenceErrText, evidence.errText),
    line(texts.evidenceHttpStatus, evidence.httpStatus, String),
    line(texts.evidenceFirstBytes, evidence.firstBytes),
    line(texts.evidenceWaited, evidence.waitedMs, formats.duration),
    line(texts.evidenceOnline, evidence.online, yesNo),
    line(texts.evidenceDetail, evidence.detail),
    line(texts.evidenceEdge, edgeText(evidence, texts, formats)),
  ];
  return lines.filter((entry) => entry !== null);
}

function line<V>(
  label: string,
  value: V | undefined,
  show: (value: V) => string = String,
): EvidenceLine | null {
  return value === undefined ? null : [label, show(value)];
}

function closeText({ closeCode, closeReason }: Evidence): string | undefined {
  if (closeCode === undefined) return undefined;
  return closeReason === undefined || closeReason === "" ? String(closeCode) : `${closeCode} ${closeReason}`;
}

function edgeText({ edge }: Evidence, texts: AllTexts, formats: Formats): string | undefined {
  if (edge === undefined) return undefined;
  const parts = [texts.edgeViews[edge.status], edge.kind, edge.detail, formats.time(edge.observedAtMs)];
  return parts.filter((part) => part !== undefined && part !== "").join(" · ");
}
