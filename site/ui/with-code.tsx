/** A sentence in which each `name_of_a_setting` between backticks is set as code. */
export function WithCode({ text }: { text: string }) {
  return (
    <>
      {text.split(/`([a-z_]+)`/).map((part, index) => {
        // Every second part is what the group matched.
        const isCode = index % 2 === 1;
        return isCode ? <code key={part}>{part}</code> : part;
      })}
    </>
  );
}
