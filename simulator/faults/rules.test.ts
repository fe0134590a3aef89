import { expect, test } from "vitest";
import { fromText } from "../protocol/subject.ts";
import { FaultRules } from "./rules.ts";
import type { FaultRule } from "./scenario.ts";

const RESET = { at: "live", action: { do: "reset" } };
const DROP = { at: "message", action: { do: "drop" } };

test.each([
  [null, "a rule is null; give an object of at, action"],
  [[], "a rule is []; give an object of"],
  [{ at: "lunch", action: { do: "close" } }, "at is lunch; give one of accept, tls"],
  [{ ...DROP, at: "live" }, "drop can't be done at live"],
  [{ at: "accept", action: { do: "error", text: "no" } }, "error can't be done at accept"],
  [{ at: "connect", action: { do: "http-status", status: 500 } }, "only be done at upgrade"],
  [{}, "at is undefined"],
  [{ at: { toString: 1 } }, 'at is {"toString":1}; give one of'],
  [{ at: "live" }, "action.do is undefined"],
  [{ at: "live", action: null }, "action.do is undefined"],
  [{ at: "live", action: { do: "explode" } }, "action.do is explode; give one of silent, close"],
  [{ at: "live", action: { do: ["reset"] } }, 'action.do is ["reset"]; give one of'],
  [{ at: "live", action: { do: "reset", code: 1008 } }, "reset has no code; known: do"],
  [{ at: "live", action: { do: "bytes" } }, "bytes is undefined; give a text"],
  [{ at: "live", action: { do: "error", code: 1008 } }, "text is undefined; give a text"],
  [{ at: "live", action: { do: "error", text: "x", code: 1004 } }, "code is 1004; give 1000 to 1015"],
  [{ at: "live", action: { do: "close-code", code: 70_000 } }, "code is 70000; give 1000 to 1015"],
  [{ at: "live", action: { do: "close-code", code: 1000, reason: "x".repeat(124) } }, "at most 123 bytes"],
  [{ at: "upgrade", action: { do: "http-status", status: "no" } }, "status is no; give 100 to 999"],
  [{ at: "before-info", action: { do: "info" } }, "form is undefined; give one of split, garbled"],
  [{ ...RESET, after: 5 }, "a rule has no after; known: at, action"],
  [{ ...RESET, afterMs: 2 ** 31 }, "afterMs is 2147483648; give 0 to"],
  [{ ...RESET, afterMs: -1 }, "afterMs is -1; give 0 to"],
  [{ ...RESET, afterMs: "5" }, "afterMs is 5; give 0 to"],
  [{ ...RESET, afterMs: null }, "afterMs is null; give 0 to"],
  [{ ...RESET, share: 2 }, "share is 2; give 0 to 1"],
  [{ ...RESET, share: "1" }, "share is 1; give 0 to 1"],
  [{ ...RESET, times: 0 }, "times is 0; give a whole number from 1"],
  [{ ...RESET, times: 1.5 }, "times is 1.5; give a whole number from 1"],
  [{ ...RESET, times: "2" }, "times is 2; give a whole number from 1"],
  [{ ...RESET, target: null }, "target is null; give an object of listener"],
  [{ ...RESET, target: 5 }, "target is 5; give an object of listener"],
  [{ ...RESET, target: { id: 5 } }, "target has no id; known: listener"],
  [{ ...RESET, target: { listener: "udp" } }, "target.listener is udp; give one of tcp, websocket"],
  [{ ...RESET, target: { listener: null } }, "target.listener is null"],
  [{ ...RESET, target: { connection: 0 } }, "target.connection is 0; give a whole number from 1"],
  [{ ...RESET, target: { connection: "2" } }, "target.connection is 2; give a whole number from 1"],
  [{ ...RESET, target: { clientId: "2" } }, "target.clientId is 2; give a whole number from 1"],
  [{ ...RESET, at: "upgrade", target: { clientId: 5 } }, "clientId can't be used at upgrade"],
  [{ ...RESET, target: { subject: "a" } }, "target.subject can't be used at live"],
  [{ ...DROP, target: { subject: 5 } }, "target.subject is 5; give a subject"],
  [{ ...DROP, target: { subject: "a..b" } }, "target.subject is a..b; give a subject"],
  [{ ...DROP, target: { subject: "a b" } }, "target.subject is a b; give a subject"],
])("a rule that would do nothing, or what nobody asked for, is refused with the reason: %j", (rule, flaw) => {
  const add = (): unknown => new FaultRules().add(rule as FaultRule, 0);
  expect(add).toThrow("fault rule: ");
  expect(add).toThrow(flaw);
});

test("a subject is held against what was sent, also beyond ASCII", () => {
  const rules = new FaultRules();
  rules.add({ at: "message", action: { do: "drop" }, target: { subject: "é.>" } }, 0);
  const sent = (subject: string) =>
    rules.take("message", { listener: "tcp", ordinal: 1, subject: fromText(subject) });
  expect([sent("é.1")?.action.do, sent("e.1")]).toEqual(["drop", undefined]);
});
