/** A sentence in which `words between backticks` are set as code. */
export function WithCode({ text }: { text: string }) {
  return (
    <>
      {text.split("`").map((part, index) => {
        // Every second part stood between two backticks.
        const isCode = index % 2 === 1;
        return isCode ? <code key={part}>{part}</code> : part;
      })}
    </>
  );
}
