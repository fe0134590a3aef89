/** One of a few values, with a label that is read and a value that is seen. */
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
          // It names what is in force: a choice that takes a while, or can't be had, isn't yet.
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
