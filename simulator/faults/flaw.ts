import { MAX_TIMER_MS } from "../connection/timers.ts";
import { isWhole } from "../settings.ts";
import type { Action, FaultRule, Moment, Target } from "./scenario.ts";

const MOMENTS: readonly Moment[] = [
  "accept",
  "tls",
  "upgrade",
  "before-info",
  "after-info",
  "connect",
  "before-pong",
  "live",
  "draining",
  "message",
];

/** The moments before there is a NATS connection. */
const EARLY_MOMENTS: readonly Moment[] = ["accept", "tls", "upgrade"];

const MESSAGE_ACTIONS: readonly Action["do"][] = ["drop", "duplicate", "reorder"];

/** What can be done before there is a NATS connection. */
const EARLY_ACTIONS: readonly Action["do"][] = ["silent", "close", "reset", "bytes", "http-status"];

const ACTIONS: readonly Action["do"][] = [
  ...EARLY_ACTIONS,
  "info",
  "error",
  "close-code",
  ...MESSAGE_ACTIONS,
];

const INFO_FORMS: readonly string[] = ["split", "garbled", "endless"];
const RULE_FIELDS: readonly string[] = ["at", "action", "target", "afterMs", "times", "share"];
const TARGET_FIELDS: readonly string[] = ["listener", "connection", "clientId", "subject"];

/** A close frame's payload without its code, bytes (RFC 6455, section 5.5). */
const MOST_REASON_BYTES = 123;

/**
 * Says what is wrong with a rule, which may be anything that was JSON; undefined when it can be carried out.
 * A rule that can't would do nothing, and the test that it is for pass, or end the server that carries it out.
 */
export function findFlaw(rule: FaultRule): string | undefined {
  const { at, action, target = {}, share = 1, times = 1, afterMs = 0 } = rule;
  return (
    unknownFlaw("a rule", rule, RULE_FIELDS) ??
    unless(MOMENTS.includes(at), `at is ${at}; give one of ${MOMENTS.join(", ")}`) ??
    unless(ACTIONS.includes(action?.do), `action.do is ${action?.do}; give one of ${ACTIONS.join(", ")}`) ??
    placeFlaw(at, action.do) ??
    actionFlaw(action) ??
    targetFlaw(at, target) ??
    unless(
      afterMs === 0 || !(at === "message" || EARLY_MOMENTS.includes(at)),
      `afterMs can't be used at ${at}`,
    ) ??
    unless(afterMs >= 0 && afterMs <= MAX_TIMER_MS, `afterMs is ${afterMs}; give 0 to ${MAX_TIMER_MS}`) ??
    unless(share >= 0 && share <= 1, `share is ${share}; give 0 to 1`) ??
    unless(times >= 1, `times is ${times}; give a whole number from 1`)
  );
}

/** Where an action can be done. */
function placeFlaw(at: Moment, action: Action["do"]): string | undefined {
  if (MESSAGE_ACTIONS.includes(action) !== (at === "message"))
    return `${action} can't be done at ${at}: drop, duplicate and reorder go with message, and only they`;
  if (EARLY_MOMENTS.includes(at) && !EARLY_ACTIONS.includes(action))
    return `${action} can't be done at ${at}; give one of ${EARLY_ACTIONS.join(", ")}`;
  if (action === "http-status" && at !== "upgrade") return "http-status can only be done at upgrade";
  return unless(action !== "info" || at === "before-info", "info can only be done at before-info");
}

/** What an action needs to be done. */
function actionFlaw(action: Action): string | undefined {
  switch (action.do) {
    case "http-status":
      return unless(isWhole(action.status, 100, 999), `status is ${action.status}; give 100 to 999`);
    case "bytes":
      return unless(typeof action.bytes === "string", `bytes is ${action.bytes}; give a text`);
    case "info":
      return unless(
        INFO_FORMS.includes(action.form),
        `form is ${action.form}; give one of ${INFO_FORMS.join(", ")}`,
      );
    case "error":
      return action.code === undefined
        ? unless(typeof action.text === "string", `text is ${action.text}; give a text`)
        : closeFlaw("text", action.code, action.text);
    case "close-code":
      return closeFlaw("reason", action.code, action.reason ?? "");
    default:
      return undefined;
  }
}

function closeFlaw(name: string, code: number, text: string): string | undefined {
  const isCode = (isWhole(code, 1000, 1015) && code !== 1004) || isWhole(code, 3000, 4999);
  const isShort = typeof text === "string" && Buffer.byteLength(text) <= MOST_REASON_BYTES;
  return (
    unless(isCode, `code is ${code}; give 1000 to 1015 without 1004, or 3000 to 4999`) ??
    unless(isShort, `${name} is ${text}; give a text of at most ${MOST_REASON_BYTES} bytes`)
  );
}

/** What a target can ask of a moment. */
function targetFlaw(at: Moment, target: Target): string | undefined {
  const { listener = "tcp", clientId, subject } = target;
  return (
    unknownFlaw("target", target, TARGET_FIELDS) ??
    unless(
      listener === "tcp" || listener === "websocket",
      `target.listener is ${listener}; give tcp or websocket`,
    ) ??
    unless(
      clientId === undefined || !EARLY_MOMENTS.includes(at),
      `target.clientId can't be used at ${at}: nobody has one yet`,
    ) ??
    unless(
      subject === undefined || at === "message",
      `target.subject can't be used at ${at}: give it with message`,
    )
  );
}

function unknownFlaw(where: string, fields: object, known: readonly string[]): string | undefined {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  return unless(unknown === undefined, `${where} has no ${unknown}; known: ${known.join(", ")}`);
}

function unless(isRight: boolean, flaw: string): string | undefined {
  return isRight ? undefined : flaw;
}
