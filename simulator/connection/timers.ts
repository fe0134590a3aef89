/** The longest delay that a Node timer can take, milliseconds: a longer one would ring at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
