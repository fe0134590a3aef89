import { PROBLEMS, type Problem, type ProblemName, problemOf } from "../contract/problem.ts";

/** Creates an `application/problem+json` response (RFC 9457). */
export function problemResponse(
  name: ProblemName,
  detail: string,
  {
    headers = {},
    ...more
  }: { readonly headers?: Readonly<Record<string, string>> } & Pick<Problem, "problems"> = {},
): Response {
  return Response.json(
    { ...problemOf(name, detail), ...more },
    {
      status: PROBLEMS[name][0],
      headers: { "Content-Type": "application/problem+json", "Cache-Control": "no-store", ...headers },
    },
  );
}
