import { FAULT_KINDS, type FaultKind } from "../../../client/index.ts";
import { type Cell, never, PHASES, type Phase, type Row } from "./cell.ts";
import { REACH } from "./reach.ts";
import { SERVER_WORDS } from "./server-words.ts";

const elsewhere = (reason: string): Row => ({
  dialling: never(reason),
  handshake: never(reason),
  live: never(reason),
  draining: never(reason),
});

/** Every kind of fault in every phase of a link. The type requires a row for each kind of the client. */
const MATRIX: Readonly<Record<FaultKind, Row>> = {
  ...REACH,
  ...SERVER_WORDS,
  permission: elsewhere("it is one subscription's, never a link's: client-faults-subscription.test.ts"),
  "too-many-subscriptions": elsewhere("it leaves the link alone: client-faults-subscription.test.ts"),
  "lame-duck": elsewhere("the client moves to another link and shows no fault: client-handover.test.ts"),
};

/** The matrix as a list of cells. */
export const CELLS: readonly { kind: FaultKind; phase: Phase; cell: Cell }[] = FAULT_KINDS.flatMap((kind) =>
  PHASES.map((phase) => ({ kind, phase, cell: MATRIX[kind][phase] })),
);
