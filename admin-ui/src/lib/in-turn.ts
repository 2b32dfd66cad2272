export type Failure<T> = { item: T; error: unknown };

/**
 * Does the same to each, a few at a time, in order of beginning. One that fails stops none of the
 * others. `progress` hears how many are through.
 */
export async function inTurn<T>(items: readonly T[], act: (item: T) => Promise<unknown>, progress: (through: number) => void, width = 4): Promise<Failure<T>[]> {
  const failures: Failure<T>[] = [];
  const waiting = items.values();
  let through = 0;
  const lane = async () => {
    for (const item of waiting) {
      try {
        await act(item);
      } catch (error) {
        failures.push({ item, error });
      }
      progress(++through);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return failures;
}
