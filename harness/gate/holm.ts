/**
 * Holm's correction: the smallest p-value is multiplied by the size of the family, the next by one less, and so on, and none falls below one before
 * it. Rejecting where the answer is at most alpha keeps the chance of any false rejection in the family at alpha. `family` counts
 * hypotheses that belong to it and have no p-value here.
 */
export function holm(pValues: readonly number[], family = pValues.length): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = pValues.map(() => 1);
  let floor = 0;
  for (const [rank, index] of order.entries()) {
    floor = Math.max(floor, Math.min(1, (family - rank) * pValues[index]));
    adjusted[index] = floor;
  }
  return adjusted;
}
