/** A size in words: "312 kB", "4.1 MB". */
export function sizeWords(bytes: number, locale: string): string {
  const [value, unit] = bytes < 1000 ? [bytes, "byte"] : bytes < 1_000_000 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  const format = new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    unitDisplay: unit === "byte" ? "long" : "short",
    maximumFractionDigits: value < 10 && unit === "megabyte" ? 1 : 0,
  });
  return format.format(value);
}
