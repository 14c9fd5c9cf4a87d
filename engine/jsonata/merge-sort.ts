/**
 * jsonata's stable merge sort: `swap(left, right)` is true if right comes first. A list of at most one item is
 * returned as it is, so a sequence with one item stays a sequence.
 */
export function mergeSort(
  items: unknown[],
  swap: (left: unknown, right: unknown) => unknown,
): unknown[] {
  if (items.length <= 1) return items;
  const middle = Math.floor(items.length / 2);
  const left = mergeSort(items.slice(0, middle), swap);
  const right = mergeSort(items.slice(middle), swap);
  const merged: unknown[] = [];
  let at = 0;
  let other = 0;
  while (at < left.length && other < right.length) {
    if (swap(left[at], right[other])) {
      merged.push(right[other]);
      other += 1;
    } else {
      merged.push(left[at]);
      at += 1;
    }
  }
  for (; at < left.length; at += 1) merged.push(left[at]);
  for (; other < right.length; other += 1) merged.push(right[other]);
  return merged;
}
