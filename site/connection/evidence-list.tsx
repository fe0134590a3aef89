import type { Fault } from "../../client/index.ts";
import { formats } from "../i18n/i18n.ts";
import { allTexts } from "../i18n/sheets.ts";
import { Facts } from "../ui/facts.tsx";
import { evidenceLines } from "./evidence.ts";

/** What was seen of a fault, for whoever runs NATS. */
export function EvidenceList({ fault }: { fault: Fault }) {
  return <Facts lines={evidenceLines(fault, allTexts.value, formats.value)} />;
}
