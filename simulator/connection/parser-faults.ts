import type { CloseReasonName } from "../protocol/close-reasons.ts";
import { ERRORS } from "../protocol/errors.ts";
import type { ParserFault } from "../protocol/parser.ts";

/** What the parser found wrong: the `-ERR` (none for bad arguments), and how the connection ends. */
export const PARSER_FAULTS: Readonly<
  Record<ParserFault, { readonly error: string; readonly reason: CloseReasonName }>
> = {
  "unknown-operation": { error: ERRORS.unknownOperation, reason: "protocolViolation" },
  "bad-arguments": { error: "", reason: "protocolViolation" },
  "control-line-too-long": { error: ERRORS.maxControlLine, reason: "maxControlLineExceeded" },
  "payload-too-large": { error: ERRORS.maxPayload, reason: "maxPayloadExceeded" },
  unauthenticated: { error: ERRORS.authorization, reason: "authenticationViolation" },
};
