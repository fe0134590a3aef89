import type { Gap } from "../../client/index.ts";
import type { GapMark } from "../feeds/entry.ts";
import type { Formats } from "./format.ts";
import type { Language } from "./i18n.ts";

type When = (duration: string, from: string, to: string) => string;

interface RecoveredTexts {
  readonly when: { readonly [K in Gap["kind"]]: When };
  readonly all: (count: string) => string;
  readonly none: string;
  readonly exactly: (count: string, missing: string) => string;
  readonly atMost: (count: string, missing: string) => string;
  readonly mayMiss: string;
}

/** What became of what was missed, in each language; apart from the other texts, because few gaps need it. */
export const RECOVERED_TEXTS: { readonly [L in Language]: RecoveredTexts } = {
  en: {
    when: {
      break: (duration, from, to) => `Offline ${duration}, ${from}–${to}`,
      stop: (duration, from, to) => `Switched off ${duration}, ${from}–${to}`,
      slow: (duration, from, to) => `The connection stalled ${duration}, ${from}–${to}`,
      handover: (duration, from, to) => `Moved to another connection in ${duration}, ${from}–${to}`,
      discarded: (duration, from, to) => `The stream had discarded messages, ${duration}, ${from}–${to}`,
      unreadable: (duration, from, to) => `The stream couldn't be read, ${duration}, ${from}–${to}`,
    },
    all: (count) => `recovered ${count} ${count === "1" ? "message" : "messages"}`,
    none: "nothing was missed",
    exactly: (count, missing) => `recovered ${count}, ${missing} missing`,
    atMost: (count, missing) => `recovered ${count}, at most ${missing} missing`,
    mayMiss: "messages may be missing",
  },
  "pt-BR": {
    when: {
      break: (duration, from, to) => `Sem conexão por ${duration}, ${from}–${to}`,
      stop: (duration, from, to) => `Desligado por ${duration}, ${from}–${to}`,
      slow: (duration, from, to) => `A conexão parou por ${duration}, ${from}–${to}`,
      handover: (duration, from, to) => `Mudança para outra conexão em ${duration}, ${from}–${to}`,
      discarded: (duration, from, to) => `O stream já tinha descartado mensagens, ${duration}, ${from}–${to}`,
      unreadable: (duration, from, to) => `Não foi possível ler o stream, ${duration}, ${from}–${to}`,
    },
    all: (count) => `${count} ${count === "1" ? "mensagem recuperada" : "mensagens recuperadas"}`,
    none: "nada se perdeu",
    exactly: (count, missing) => `${count} recuperadas, faltam ${missing}`,
    atMost: (count, missing) => `${count} recuperadas, faltam no máximo ${missing}`,
    mayMiss: "podem faltar mensagens",
  },
};

/** Says when a gap was, and what became of what was missed. */
export function recoveredGapWords(gap: GapMark, language: Language, formats: Formats): string {
  const { fromMs, toMs, gapKind: kind, missing, recovered } = gap;
  const words = RECOVERED_TEXTS[language].when[kind];
  const when = words(formats.duration(toMs - fromMs), formats.time(fromMs), formats.time(toMs));
  return `${when}: ${outcomeWords({ kind, missing, recovered }, language, formats)}`;
}

/** Says what became of what was missed. */
export function outcomeWords(
  { missing, recovered }: Pick<Gap, "kind" | "missing" | "recovered">,
  language: Language,
  formats: Formats,
): string {
  const texts = RECOVERED_TEXTS[language];
  const count = formats.number(recovered);
  if (missing === "unknown") return texts.mayMiss;
  if ("atMost" in missing) return texts.atMost(count, formats.number(missing.atMost));
  if (missing.exactly > 0) return texts.exactly(count, formats.number(missing.exactly));
  return recovered === 0 ? texts.none : texts.all(count);
}
