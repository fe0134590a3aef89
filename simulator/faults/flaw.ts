import { MAX_TIMER_MS } from "../connection/timers.ts";
import { isSubscribable } from "../protocol/subject.ts";
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

/** What each action takes beside its name. */
const ACTION_FIELDS: Readonly<Record<Action["do"], readonly string[]>> = {
  silent: [],
  close: [],
  reset: [],
  bytes: ["bytes"],
  "http-status": ["status"],
  info: ["form"],
  error: ["text", "code"],
  "close-code": ["code", "reason"],
  drop: [],
  duplicate: [],
  reorder: [],
};

const ACTIONS = Object.keys(ACTION_FIELDS);
const INFO_FORMS: readonly string[] = ["split", "garbled", "endless"];
const LISTENERS: readonly string[] = ["tcp", "websocket"];
const RULE_FIELDS: readonly string[] = ["at", "action", "target", "afterMs", "times", "share"];
const TARGET_FIELDS: readonly string[] = ["listener", "connection", "clientId", "subject"];

/** A close frame's payload without its code, bytes (RFC 6455, section 5.5). */
const MOST_REASON_BYTES = 123;

/**
 * Says what is wrong with a rule, which may be anything that was JSON; undefined when it can be carried out.
 * A rule that can't would do nothing, and the test that it is for pass, or end the server that carries it out.
 */
export function findFlaw(rule: FaultRule): string | undefined {
  return fieldsFlaw("a rule", rule, RULE_FIELDS) ?? ruleFlaw(rule);
}

function ruleFlaw({ at, action, target = {}, share = 1, times = 1, afterMs = 0 }: FaultRule) {
  return (
    oneOf("at", at, MOMENTS) ??
    oneOf("action.do", action?.do, ACTIONS) ??
    fieldsFlaw(action.do, action, ["do", ...ACTION_FIELDS[action.do]]) ??
    placeFlaw(at, action.do) ??
    actionFlaw(action) ??
    fieldsFlaw("target", target, TARGET_FIELDS) ??
    targetFlaw(at, target) ??
    unless(
      afterMs === 0 || !(at === "message" || EARLY_MOMENTS.includes(at)),
      `afterMs can't be used at ${at}`,
    ) ??
    wants(isWithin(afterMs, 0, MAX_TIMER_MS), "afterMs", afterMs, `0 to ${MAX_TIMER_MS}`) ??
    wants(isWithin(share, 0, 1), "share", share, "0 to 1") ??
    wants(isCount(times), "times", times, COUNT)
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
      return wants(isWhole(action.status, 100, 999), "status", action.status, "100 to 999");
    case "bytes":
      return wants(typeof action.bytes === "string", "bytes", action.bytes, "a text");
    case "info":
      return oneOf("form", action.form, INFO_FORMS);
    case "error":
      return action.code === undefined
        ? wants(typeof action.text === "string", "text", action.text, "a text")
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
    wants(isCode, "code", code, "1000 to 1015 without 1004, or 3000 to 4999") ??
    wants(isShort, name, text, `a text of at most ${MOST_REASON_BYTES} bytes`)
  );
}

/** What a target can ask of a moment. */
function targetFlaw(at: Moment, { listener = "tcp", connection = 1, clientId, subject }: Target) {
  return (
    oneOf("target.listener", listener, LISTENERS) ??
    wants(isCount(connection), "target.connection", connection, COUNT) ??
    unless(
      clientId === undefined || !EARLY_MOMENTS.includes(at),
      `target.clientId can't be used at ${at}: nobody has one yet`,
    ) ??
    wants(clientId === undefined || isCount(clientId), "target.clientId", clientId, COUNT) ??
    unless(
      subject === undefined || at === "message",
      `target.subject can't be used at ${at}: give it with message`,
    ) ??
    wants(
      subject === undefined || isSubject(subject),
      "target.subject",
      subject,
      "a subject that can be subscribed to",
    )
  );
}

function fieldsFlaw(name: string, value: unknown, known: readonly string[]): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return wants(false, name, value, `an object of ${known.join(", ")}`);
  const unknown = Object.keys(value).find((field) => !known.includes(field));
  return unless(unknown === undefined, `${name} has no ${unknown}; known: ${known.join(", ")}`);
}

function oneOf(name: string, value: string, known: readonly string[]): string | undefined {
  return wants(known.includes(value), name, value, `one of ${known.join(", ")}`);
}

function wants(isRight: boolean, name: string, value: unknown, wanted: string): string | undefined {
  const given = typeof value === "object" ? JSON.stringify(value) : String(value);
  return unless(isRight, `${name} is ${given}; give ${wanted}`);
}

function unless(isRight: boolean, flaw: string): string | undefined {
  return isRight ? undefined : flaw;
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}

const COUNT = "a whole number from 1";

function isCount(value: unknown): boolean {
  return isWhole(value, 1, Number.MAX_SAFE_INTEGER);
}

/** Whether a message can come on it, or on one that it covers: none has a blank. */
function isSubject(value: unknown): boolean {
  return typeof value === "string" && isSubscribable(value) && !/[ \t\r\n]/.test(value);
}
