/** Text in columns. */

/**
 * Pads the cells of rows so that they stand in columns, two blanks apart; the last column is not padded.
 *
 * @param rows   cells, as many in each
 * @param right  columns that are flush right, from 0
 */
export function columns(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string[] {
  const widths = (rows[0] ?? []).map((_, i) => rows.reduce((most, row) => Math.max(most, row[i]!.length), 0));
  const pad = (cell: string, i: number) => (right.has(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!));
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
