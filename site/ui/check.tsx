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
        onChange={(event) => {
          const isWanted = event.currentTarget.checked;
          // It shows what is in force: what takes a while, or can't be had, isn't yet.
          event.currentTarget.checked = props.isChecked;
          props.onChange(isWanted);
        }}
      />
      {props.label}
    </label>
  );
}
