export { classifyDial } from "./classify.ts";
export {
  type Confidence,
  type Evidence,
  type ExplanationKey,
  FAULT_KINDS,
  type FaultKind,
} from "./fault.ts";
export { LineReader, printable, type ServerLine } from "./line-reader.ts";
