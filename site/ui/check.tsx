import "./form.css";

/** A checkbox with its label. */
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
        onChange={(event) => {
          const isWanted = event.currentTarget.checked;
          // Controlled: show the value in effect, because the change may take a while or fail.
          event.currentTarget.checked = props.isChecked;
          props.onChange(isWanted);
        }}
      />
      {props.label}
    </label>
  );
}
