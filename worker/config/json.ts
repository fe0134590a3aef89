/**
 * Where a text stops being JSON, for whoever wrote it: the place, and the one sign that stands there. No more of it is
 * told, for it may be a secret.
 */
export function placeOfFault(json: string): string {
  const end = endOfJson(json);
  if (end >= json.length) return "it ends too early";
  const before = json.slice(0, end).split("\n");
  const sign = String.fromCodePoint(json.codePointAt(end) ?? 0);
  return `line ${before.length}, character ${(before.at(-1) ?? "").length + 1}: ${JSON.stringify(sign)}`;
}

/** How much of a text is JSON, by what V8 says of it, which runs the worker everywhere. */
function endOfJson(json: string): number {
  const message = messageOf(json);
  if (!isUnexpectedSign(message)) return Number(/ at position (\d+)/.exec(message)?.[1] ?? json.length);
  // Of this fault alone it doesn't tell the place: without that sign it has another, or none.
  let [without, withIt] = [0, json.length];
  while (withIt - without > 1) {
    const half = Math.floor((without + withIt) / 2);
    if (isUnexpectedSign(messageOf(json.slice(0, half)))) withIt = half;
    else without = half;
  }
  return without;
}

function isUnexpectedSign(message: string): boolean {
  return message.startsWith("Unexpected token");
}

function messageOf(json: string): string {
  try {
    JSON.parse(json);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
