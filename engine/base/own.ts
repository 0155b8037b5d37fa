/**
 * What a record holds under a key that somebody else chose. A plain look-up would also find what every object inherits:
 * `constructor`, `toString` …
 */
export function own<T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined
}
