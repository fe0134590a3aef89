/** A sentence in which `text between backticks` is set as code. */
export function WithCode({ text }: { text: string }) {
  return (
    <>
      {text.split("`").map((part, index) => {
        // Every second part was between backticks.
        const isCode = index % 2 === 1;
        return isCode ? <code key={part}>{part}</code> : part;
      })}
    </>
  );
}
