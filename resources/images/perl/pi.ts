/** The first `digits` digits of pi, the last one rounded, as bigint's bpi(digits) prints them. */
export function pi(digits: number): string {
  if (!Number.isSafeInteger(digits) || digits < 1) throw new RangeError(`${digits} is not a number of digits`)
  // Machin's formula in whole numbers, with a few digits more than asked for.
  const guard = 10n
  const unit = 10n ** (BigInt(digits) + guard)
  const scaled = 4n * (4n * arctanOfInverse(5n, unit) - arctanOfInverse(239n, unit))
  const last = 10n ** (guard + 1n)
  const rounded = String((scaled + last / 2n) / last)
  return digits === 1 ? rounded : `${rounded[0]}.${rounded.slice(1)}`
}

function arctanOfInverse(x: bigint, unit: bigint): bigint {
  const square = x * x
  let power = unit / x
  let sum = power
  for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
    power /= square
    sum += (sign * power) / n
  }
  return sum
}
