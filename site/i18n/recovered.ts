import type { NotRecoveredReason, Recovered } from "../../client/index.ts";
import type { GapMark } from "../feeds/entry.ts";
import type { Formats } from "./format.ts";
import type { Language } from "./i18n.ts";

type When = (duration: string, from: string, to: string) => string;

interface RecoveredTexts {
  readonly offline: When;
  readonly switchedOff: When;
  readonly all: (count: string) => string;
  readonly none: string;
  readonly partly: (count: string, missing: string) => string;
  readonly mayMiss: string;
  /** Why not everything was fetched. */
  readonly reasons: { readonly [R in Exclude<NotRecoveredReason, "no-stream">]: string };
}

/** What became of what was missed, in each language; apart from the other texts, because only streams need it. */
export const RECOVERED_TEXTS: { readonly [L in Language]: RecoveredTexts } = {
  en: {
    offline: (duration, from, to) => `Offline ${duration}, ${from}–${to}`,
    switchedOff: (duration, from, to) => `Switched off ${duration}, ${from}–${to}`,
    all: (count) => `recovered ${count} ${count === "1" ? "message" : "messages"}`,
    none: "nothing was missed",
    partly: (count, missing) => `recovered ${count}, at most ${missing} missing`,
    mayMiss: "messages may be missing",
    reasons: {
      "no-place": "its place in the stream wasn't known yet",
      "no-jetstream": "JetStream is off",
      "stream-missing": "the stream doesn't exist",
      "stream-replaced": "the stream was replaced",
      "subject-elsewhere": "the stream lacks this subject",
      denied: "NATS doesn't allow reading the stream",
      timeout: "the stream answered too slowly",
      interrupted: "stopped before it was done",
      "too-many": "too many messages",
      discarded: "the stream had discarded messages",
      repeats: "equal messages can't be told apart",
      refused: "the stream couldn't be read",
    },
  },
  "pt-BR": {
    offline: (duration, from, to) => `Sem conexão por ${duration}, ${from}–${to}`,
    switchedOff: (duration, from, to) => `Desligado por ${duration}, ${from}–${to}`,
    all: (count) => `${count} ${count === "1" ? "mensagem recuperada" : "mensagens recuperadas"}`,
    none: "nada se perdeu",
    partly: (count, missing) => `${count} recuperadas, faltam no máximo ${missing}`,
    mayMiss: "podem faltar mensagens",
    reasons: {
      "no-place": "a posição no stream ainda não era conhecida",
      "no-jetstream": "o JetStream está desligado",
      "stream-missing": "o stream não existe",
      "stream-replaced": "o stream foi substituído",
      "subject-elsewhere": "este assunto não está no stream",
      denied: "o NATS não permite ler o stream",
      timeout: "o stream respondeu devagar demais",
      interrupted: "parado antes do fim",
      "too-many": "mensagens demais",
      discarded: "o stream já tinha descartado mensagens",
      repeats: "mensagens iguais não se distinguem",
      refused: "não foi possível ler o stream",
    },
  },
};

/** Says when a gap was, and what became of what it kept away from its stream's subject. */
export function recoveredGapWords(
  { fromMs, toMs, cause, recovered }: GapMark,
  language: Language,
  formats: Formats,
): string {
  const texts = RECOVERED_TEXTS[language];
  const words = cause === null ? texts.switchedOff : texts.offline;
  const when = words(formats.duration(toMs - fromMs), formats.time(fromMs), formats.time(toMs));
  return `${when}: ${outcomeWords(recovered, language, formats)}`;
}

/** Says what became of what was missed. */
export function outcomeWords(recovered: Recovered, language: Language, formats: Formats): string {
  const texts = RECOVERED_TEXTS[language];
  if (recovered.outcome === "yes") {
    return recovered.count === 0 ? texts.none : texts.all(formats.number(recovered.count));
  }
  const { outcome, reason } = recovered;
  const words =
    outcome === "no"
      ? texts.mayMiss
      : texts.partly(formats.number(recovered.count), formats.number(recovered.missingAtMost));
  return reason === "no-stream" ? words : `${words} (${texts.reasons[reason]})`;
}
