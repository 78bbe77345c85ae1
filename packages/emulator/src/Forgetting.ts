/**
 * What keeps an emulator that runs for days from growing: tokens, codes and windows
 * are remembered up to a number, and of more than those the oldest is forgotten.
 */

/** Drops the entries that were set first until no more than `capacity` are left. */
export const forgetOldest = <A>(entries: Map<string, A>, capacity: number): void => {
  for (const key of entries.keys()) {
    if (entries.size <= capacity) return
    entries.delete(key)
  }
}
