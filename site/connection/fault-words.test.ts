/** Every fault has words in every language, through the functions that the banner and the timeline use. */
import { describe, expect, test } from "vitest";
import {
  type ExplanationKey,
  FAULT_KINDS,
  type Fault,
  type FaultKind,
  fault,
  type TimelineEvent,
} from "../../client/index.ts";
import { EXPLANATIONS } from "../../contract/explanations.ts";
import { type AllTexts, allTexts } from "../i18n/all-texts.ts";
import { formatsFor } from "../i18n/format.ts";
import { LANGUAGES, type Language } from "../i18n/i18n.ts";
import { ptBR } from "../i18n/pt-br.ts";
import { sheetsPtBR } from "../i18n/sheets-pt-br.ts";
import { bannerFault, faultWords, mustReload } from "./banner-words.ts";
import { evidenceLines } from "./evidence-list.tsx";
import { timelineLine } from "./timeline-words.ts";

const TEXTS = {
  en: allTexts.value,
  "pt-BR": { ...ptBR, ...sheetsPtBR },
};
const SERVER = "wss://nats.example:8443";

/** Explanations more exact than a fault's kind: from joined views, or from the worker's refusal of a token. */
const BEYOND_KINDS: readonly ExplanationKey[] = [
  "blocked-here",
  "down-for-everyone",
  "passphrase-needed",
  "passphrase-wrong",
  "access-ended",
  "token-limited",
  "origin-refused",
  "new-configuration",
  "unnamed-proxy",
  "no-crypto",
  "no-ed25519",
  "not-loaded",
];

const FAULTS: readonly Fault[] = [
  ...FAULT_KINDS.map((kind) => fault(kind, { server: SERVER })),
  ...BEYOND_KINDS.map((explanation) => ({ ...fault("unreachable", { server: SERVER }), explanation })),
];

/** The entries of the timeline that contain a fault. */
const ENTRIES: readonly ((fault: Fault) => TimelineEvent)[] = [
  (fault) => ({ type: "status", status: "failed", fault }),
  (fault) => ({ type: "dial-failed", attempt: 1, fault, retryInMs: 1000 }),
  (fault) => ({ type: "link-lost", fault, retryInMs: null }),
  (fault) => ({ type: "fault-refined", fault }),
  (fault) => ({ type: "handover-failed", reason: "asked", fault, retryInMs: 1000 }),
  (fault) => ({ type: "subscription-denied", subject: "a.b", fault }),
];

/** Checks that a text is a sentence without unfilled placeholders. */
function isSentence(text: string): void {
  expect(text).toMatch(/^\S.{10,}[.;:]/);
  expect(text).not.toMatch(/undefined|\{server\}|\[object/);
}

test("each fault kind and each more exact case has an explanation, and nothing else has", () => {
  const explained = FAULTS.map(({ explanation }) => explanation).sort();
  expect(Object.keys(EXPLANATIONS).sort()).toEqual(explained);
  for (const language of LANGUAGES)
    expect(Object.keys(TEXTS[language].explanations).sort()).toEqual(explained);
});

const cases = LANGUAGES.flatMap((language) => FAULTS.map((one) => [one.explanation, language, one] as const));

describe("each fault in each language", () => {
  test.each(cases)("banner: %s in %s", (_, language, fault) => {
    const shown = bannerFault(
      {
        status: "failed",
        sinceMs: 0,
        fault,
        failedAttempts: 1,
        attempt: 1,
        nextAttemptAtMs: null,
        waitingForNetwork: false,
      },
      0,
    );
    if (shown === null) throw new Error("the banner shows nothing");
    const { what, fix, whose } = faultWords(shown, TEXTS[language]);
    for (const text of [what, fix]) isSentence(text);
    expect(what.includes(SERVER)).toBe(EXPLANATIONS[fault.explanation].what.includes("{server}"));
    expect([TEXTS[language].bannerForViewer, TEXTS[language].bannerForOperator]).toContain(whose);
    const labels = evidenceLines(shown, TEXTS[language], formatsFor(language)).map(([label]) => label);
    expect(labels).not.toContain("");
  });

  test.each(cases)("timeline: %s in %s", (_, language, fault) => {
    const { what } = faultWords(fault, TEXTS[language]);
    for (const entryOf of ENTRIES) {
      const entry = { ...entryOf(fault), seq: 1, atMs: 0 };
      const { words, more } = timelineLine(entry, TEXTS[language], formatsFor(language));
      expect(`${words} ${more}`, entry.type).toContain(what);
    }
  });
});

test("the banner's button reloads exactly when the explanation says to reload", () => {
  for (const one of FAULTS) {
    expect(mustReload(one), one.explanation).toBe(EXPLANATIONS[one.explanation].fix.startsWith("Reload"));
  }
});

test("every explanation differs between the languages", () => {
  const textsOf = (language: Language, { explanation }: Fault): string[] => {
    const { what, fix } = TEXTS[language].explanations[explanation];
    return [what, fix];
  };
  for (const one of FAULTS) {
    for (const [index, text] of textsOf("en", one).entries()) {
      expect(textsOf("pt-BR", one)[index], one.explanation).not.toBe(text);
    }
  }
});

test.each<[Language, FaultKind]>([
  ["en", "stale"],
  ["pt-BR", "dns"],
])("a missing explanation throws: %s, %s", (language, kind) => {
  const { [kind]: _, ...others } = TEXTS[language].explanations;
  const texts = { ...TEXTS[language], explanations: others } as unknown as AllTexts;
  expect(() => faultWords(fault(kind), texts)).toThrow(TypeError);
});
