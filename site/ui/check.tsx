import "./form.css";

/** A box that its reader checks or not, with its label. */
export function Check(props: {
  label: string;
  isChecked: boolean;
  isDisabled?: boolean;
  testId: string;
  onChange: (isChecked: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        class="check__box"
        type="checkbox"
        checked={props.isChecked}
        disabled={props.isDisabled}
        data-testid={props.testId}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}
