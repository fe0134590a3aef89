import type { Fault } from "../../client/index.ts";
import { type AllTexts, allTexts } from "../i18n/all-texts.ts";
import type { Formats } from "../i18n/format.ts";
import { formats } from "../i18n/i18n.ts";
import { Facts } from "../ui/facts.tsx";

/** The evidence of a fault, for the operator of NATS. */
export function EvidenceList({ fault }: { fault: Fault }) {
  return <Facts lines={evidenceLines(fault, allTexts.value, formats.value)} />;
}

/** Labels and values of a fault's evidence; missing values have no line. */
export function evidenceLines(
  { kind, confidence, evidence }: Fault,
  texts: AllTexts,
  formats: Formats,
): readonly (readonly [label: string, value: string])[] {
  const { phase, closeCode, closeReason, httpStatus, waitedMs, edge } = evidence;
  const yesNo = (value: boolean | undefined) =>
    value === undefined ? undefined : value ? texts.yes : texts.no;
  const together = (parts: readonly (string | number | undefined)[], separator: string) =>
    parts.filter((part) => part !== undefined && part !== "").join(separator);
  const lines: readonly (readonly [label: string, value: string | undefined])[] = [
    [texts.evidenceKind, kind],
    [texts.evidenceConfidence, texts.confidences[confidence]],
    [texts.evidenceServer, evidence.server],
    [texts.evidencePhase, phase && texts.phases[phase]],
    [texts.evidenceSocketOpened, yesNo(evidence.socketOpened)],
    [texts.evidenceInfoReceived, yesNo(evidence.infoReceived)],
    [texts.evidenceClose, closeCode === undefined ? undefined : together([closeCode, closeReason], " ")],
    [texts.evidenceErrText, evidence.errText],
    [texts.evidenceHttpStatus, httpStatus?.toString()],
    [texts.evidenceFirstBytes, evidence.firstBytes],
    [texts.evidenceWaited, waitedMs === undefined ? undefined : formats.duration(waitedMs)],
    [texts.evidenceOnline, yesNo(evidence.online)],
    [texts.evidenceDetail, evidence.detail],
    [
      texts.evidenceEdge,
      edge &&
        together(
          [texts.edgeViews[edge.status], edge.fault, edge.output, formats.time(Date.parse(edge.time))],
          " · ",
        ),
    ],
  ];
  return lines.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}
