import type { ComponentChildren } from "preact";

/** A list of labels and values. */
export function Facts({ lines }: { lines: readonly (readonly [label: string, value: string])[] }) {
  return (
    <dl class="facts">
      {lines.map(([label, value]) => (
        <Fact label={label} key={label}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

/** A label and its value. */
export function Fact(props: { label: ComponentChildren; testId?: string; children: ComponentChildren }) {
  return (
    <div class="facts__line">
      <dt>{props.label}</dt>
      <dd data-testid={props.testId}>{props.children}</dd>
    </div>
  );
}
