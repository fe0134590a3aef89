/** Why `npm run setup` can't go on, to be shown to the user without a stack. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}
