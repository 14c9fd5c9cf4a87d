import { type ReactNode, useRef, useState } from 'react';
import { COLORS } from './colors.ts';

export interface VirtualColumn {
  readonly header: string;
  /** As CSS writes widths of grids: `80px`, `1fr`. */
  readonly width: string;
}

interface VirtualRowsProps {
  readonly label: string;
  readonly columns: readonly VirtualColumn[];
  readonly count: number;
  /** The cells of a row, one for each column. */
  readonly cells: (index: number) => readonly ReactNode[];
  readonly isSelected?: (index: number) => boolean;
  readonly empty: ReactNode;
}

const ROW_PIXELS = 36;
const SHOWN_PIXELS = 540;
/** Rows that are made before and after those that are seen. */
const AROUND = 8;

/** A table of any number of rows, of which only those exist that are seen. */
export function VirtualRows({
  label,
  columns,
  count,
  cells,
  isSelected = () => false,
  empty,
}: VirtualRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const first = Math.max(0, Math.floor(top / ROW_PIXELS) - AROUND);
  const last = Math.min(count, Math.ceil((top + SHOWN_PIXELS) / ROW_PIXELS) + AROUND);
  const grid = {
    display: 'grid',
    gridTemplateColumns: columns.map(({ width }) => width).join(' '),
    columnGap: 16,
    alignItems: 'center',
    height: ROW_PIXELS,
    padding: '0 8px',
    borderBottom: `1px solid ${COLORS.divider}`,
  };
  if (count === 0) return empty;
  return (
    <div role="table" aria-label={label} aria-rowcount={count + 1}>
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} style={{ ...grid, color: COLORS.quietText }}>
          {columns.map(({ header }) => (
            <strong role="columnheader" key={header} style={CELL}>
              {header}
            </strong>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        ref={scroller}
        tabIndex={0}
        aria-label={`${label}, rows`}
        onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
        style={{ overflowY: 'auto', maxHeight: SHOWN_PIXELS, position: 'relative' }}
      >
        <div role="presentation" style={{ height: first * ROW_PIXELS }} />
        {Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset).map(
          (index) => (
            <div
              role="row"
              aria-rowindex={index + 2}
              aria-current={isSelected(index)}
              key={index}
              style={grid}
            >
              {cells(index).map((cell, column) => (
                <div role="cell" key={columns[column]?.header} style={CELL}>
                  {cell}
                </div>
              ))}
            </div>
          ),
        )}
        <div role="presentation" style={{ height: (count - last) * ROW_PIXELS }} />
      </div>
    </div>
  );
}

const CELL = {
  minWidth: 0,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
} as const;
