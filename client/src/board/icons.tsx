/** The board's signs: simple lines, always beside or in place of a word that is also there as a label. */

const PATHS = {
  select: "M5 3l14 8-6 2-3 6z",
  hand: "M8 12V6a1.5 1.5 0 013 0v5M11 11V4.5a1.5 1.5 0 013 0V11M14 11V6a1.5 1.5 0 013 0v8c0 4-2 7-6 7-3 0-4-1-6-5l-1.500-3a1.500 1.500 0 012.600-1.500L8 14",
  pen: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  eraser: "M9 20h11M5 14l8-9 6 6-8 9H9l-4-4z",
  rect: "M4 6h16v12H4z",
  ellipse: "M12 6c5 0 9 2.700 9 6s-4 6-9 6-9-2.700-9-6 4-6 9-6z",
  line: "M5 19L19 5",
  arrow: "M5 19L19 5M10 5h9v9",
  text: "M5 7V5h14v2M12 5v14M9 19h6",
  note: "M4 4h16v10l-6 6H4zM20 14h-6v6",
  undo: "M9 6L4 11l5 5M4 11h10a6 6 0 010 10h-3",
  redo: "M15 6l5 5-5 5M20 11H10a6 6 0 000 10h3",
  remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  report: "M6 21V4M6 4h12l-3 4 3 4H6",
  edit: "M4 20h16M6 15l9-9 3 3-9 9H6z",
  closer: "M12 5v14M5 12h14",
  further: "M5 12h14",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="board-icon" data-icon={name} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
