/**
 * Limits the memory of an emulator that runs for days: it keeps a fixed number of tokens,
 * codes and rate windows, and drops the oldest.
 */

/** Removes the oldest entries until at most `capacity` are left. */
export const forgetOldest = <A>(entries: Map<string, A>, capacity: number): void => {
  for (const key of entries.keys()) {
    if (entries.size <= capacity) return
    entries.delete(key)
  }
}
