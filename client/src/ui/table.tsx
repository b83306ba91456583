/** A table of records. On a phone each row is a card, and every cell says what it is. */
import type { ReactNode } from "react";
import "./parts.css";

export interface Column<Row> {
  key: string;
  title: string;
  cell(row: Row): ReactNode;
  /** The cell that names the row; the first column when none says so. */
  isName?: boolean;
  /** Numbers stand in a column of their own. */
  isNumber?: boolean;
  /** Buttons: their column has a title only for those who can not see it. */
  isActions?: boolean;
}

interface DataTableProps<Row> {
  /** What the table is, for those who can not see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey(row: Row): string;
}

export function DataTable<Row>({ caption, columns, rows, rowKey }: DataTableProps<Row>) {
  const name = columns.find((column) => column.isName) ?? columns[0];
  // The roles are said again: a table that is laid out as cards is one no longer for some readers.
  return (
    <table className="table" role="table">
      <caption className="visually-hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.key} role="columnheader" scope="col" data-number={column.isNumber ? "" : undefined}>
              <span className={column.isActions ? "visually-hidden" : ""}>{column.title}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={rowKey(row)} role="row">
            {columns.map((column) =>
              column === name ? (
                <th key={column.key} role="rowheader" scope="row">
                  {column.cell(row)}
                </th>
              ) : (
                <td
                  key={column.key}
                  role="cell"
                  data-number={column.isNumber ? "" : undefined}
                  data-actions={column.isActions ? "" : undefined}
                >
                  {!column.isActions && (
                    <span className="table__what" aria-hidden="true">
                      {column.title}
                    </span>
                  )}
                  <div className="table__value">{column.cell(row)}</div>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
