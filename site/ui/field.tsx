import "./form.css";
import type { Signal } from "@preact/signals";
import type { InputHTMLAttributes } from "preact";

/** A labelled text field without autocomplete, autocapitalize or spell checking. */
export function Field(
  props: { label: string; of: Signal<string>; testId: string; list?: string } & Pick<
    InputHTMLAttributes,
    "placeholder" | "maxLength" | "min" | "max" | "aria-invalid" | "aria-describedby"
  >,
) {
  const { label, of, testId, ...more } = props;
  return (
    <label class="labelled">
      {label}
      <input
        class="input input--code"
        type={more.max === undefined ? "text" : "number"}
        value={of.value}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        data-testid={testId}
        {...more}
        onInput={(event) => {
          of.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}
