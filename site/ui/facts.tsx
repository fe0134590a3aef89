/** Labels and what they stand for, line by line. */
export function Facts({ lines }: { lines: readonly (readonly [label: string, value: string])[] }) {
  return (
    <dl class="facts">
      {lines.map(([label, value]) => (
        <div class="facts__line" key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
