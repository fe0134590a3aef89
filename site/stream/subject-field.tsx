import { useState } from "preact/hooks";
import { subjectProblem } from "../board/subject-problem.ts";
import { sheetTexts } from "../i18n/sheets.ts";

/** Where a reader says which subject to listen to; nothing is asked of the server before it is one. */
export function SubjectField({
  subject,
  onListen,
}: {
  subject: string;
  onListen: (subject: string) => void;
}) {
  const s = sheetTexts.value;
  const [typed, setTyped] = useState(subject);
  const wanted = typed.trim();
  const problem = wanted === "" ? null : subjectProblem(wanted);
  return (
    <form
      class="listen"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === null) onListen(wanted);
      }}
    >
      <label class="listen__label" for="stream-subject">
        {s.detailSubject}
      </label>
      <input
        class="input input--code"
        id="stream-subject"
        data-testid="stream-subject"
        value={typed}
        placeholder="egos.>"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        aria-invalid={problem !== null}
        aria-describedby="stream-subject-note"
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <button type="submit" class="button" data-testid="stream-listen" disabled={problem !== null}>
        {s.streamListen}
      </button>
      <p class="note" id="stream-subject-note" aria-live="polite" data-wrong={problem !== null}>
        {problem === null ? s.streamSubjectHint : s.streamProblems[problem]}
      </p>
    </form>
  );
}
