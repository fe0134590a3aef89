export { classifyDial } from "./classify.ts";
export {
  type Confidence,
  type EdgeView,
  type Evidence,
  type ExplanationKey,
  FAULT_KINDS,
  type Fault,
  type FaultKind,
  fault,
} from "./fault.ts";
export { LineReader, printable, type ServerLine } from "./line-reader.ts";
