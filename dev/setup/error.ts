/** What keeps `npm run setup` from going on, as one line for whoever typed it. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}
