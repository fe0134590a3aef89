import type { Problem } from "../content/problem.ts";
import { MAX_READ_BYTES } from "../content/reading.ts";
import type { Texts } from "../i18n/en.ts";
import type { Formats } from "../i18n/format.ts";

/** A message's problem in words: the field and what is wrong with it. */
export function problemText(problem: Problem, texts: Texts, formats: Formats): string {
  switch (problem.reason) {
    case "empty":
      return texts.problemEmpty;
    case "too-large":
      return texts.problemTooLarge(formats.bytes(problem.bytes), formats.bytes(MAX_READ_BYTES));
    case "not-utf8":
      return texts.problemNotUtf8;
    case "not-json":
      return texts.problemNotJson(problem.detail);
    case "not-decodable":
      return texts.problemNotDecodable(problem.format, problem.detail);
    case "not-object":
      return texts.problemNotObject(problem.found);
    case "bad-headers":
      return texts.problemBadHeaders;
    case "missing":
      return texts.problemMissing(problem.field);
    case "wrong-type":
      return texts.problemWrongType(problem.field, problem.expected, problem.found);
    case "not-allowed":
      return texts.problemNotAllowed(problem.field, problem.found, problem.allowed.join(", "));
  }
}
