import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import * as v from "valibot";
import { subject } from "../../contract/source.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { Field } from "../ui/field.tsx";

/** Whether a text is a valid subject to subscribe to; wildcards are allowed. */
export const isSubject = (text: string): boolean => v.is(subject, text);

/** A field for a subject. It validates the subject as the reader types, before the server sees it. */
export function SubjectField(props: {
  of: Signal<string>;
  testId: string;
  placeholder: string;
  list?: string;
  /** Shown while the subject is valid. */
  hint?: string;
  /** Shown between the field and its note. */
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
