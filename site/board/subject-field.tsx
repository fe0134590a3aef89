import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import * as v from "valibot";
import { subject } from "../../contract/source.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { Field } from "../ui/field.tsx";

/** Whether a text is a subject that can be listened to, wildcards included. */
export const isSubject = (text: string): boolean => v.is(subject, text);

/** Where a reader says which subject to listen to: what none is is said beside it, before the server is asked. */
export function SubjectField(props: {
  of: Signal<string>;
  testId: string;
  placeholder: string;
  list?: string;
  /** What to know of it, where nothing is wrong. */
  hint?: string;
  /** What stands between it and what is said of it. */
  children: ComponentChildren;
}) {
  const { hint, children, ...field } = props;
  const t = allTexts.value;
  const wanted = field.of.value.trim();
  const isWrong = wanted !== "" && !isSubject(wanted);
  const note = isWrong ? t.subjectWrong : hint;
  const noteId = note && `${field.testId}-note`;
  return (
    <>
      <Field label={t.detailSubject} aria-invalid={isWrong} aria-describedby={noteId} {...field} />
      {children}
      {note && (
        <p class="note" id={noteId} aria-live="polite" data-wrong={isWrong}>
          {note}
        </p>
      )}
    </>
  );
}
