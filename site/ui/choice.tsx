/** A select box. Screen readers read the label; the chosen value is visible. */
export function Choice<V extends string>(props: {
  id: string;
  label: string;
  value: V;
  options: readonly (readonly [value: V, text: string])[];
  onChoose: (value: V) => void;
}) {
  const { id, label, value, options, onChoose } = props;
  return (
    <label class="choice">
      <span class="visually-hidden">{label}</span>
      <select
        class="input choice__select"
        data-testid={id}
        value={value}
        onChange={(event) => {
          const chosen = options.find(([known]) => known === event.currentTarget.value);
          // Controlled: show the value in effect, because the change may take a while or fail.
          event.currentTarget.value = value;
          if (chosen !== undefined) onChoose(chosen[0]);
        }}
      >
        {options.map(([known, text]) => (
          <option key={known} value={known}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
