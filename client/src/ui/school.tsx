/** A school is a colour and a shape: whoever does not see the one sees the other. */

export const SHAPES = ["circle", "square", "triangle", "diamond", "hexagon", "star", "cross", "pentagon"] as const;
export type Shape = (typeof SHAPES)[number];

export const PATHS: Record<Shape, string> = {
  circle: "M10 1a9 9 0 1 1 0 18a9 9 0 0 1 0-18Z",
  square: "M2 2h16v16H2Z",
  triangle: "M10 1L20 18.5H0Z",
  diamond: "M10 0L20 10L10 20L0 10Z",
  hexagon: "M5 1.3h10L20 10L15 18.7H5L0 10Z",
  star: "M10.0 0.0L12.9 7.0L20.5 7.6L14.8 12.5L16.5 19.9L10.0 16.0L3.5 19.9L5.2 12.5L-0.5 7.6L7.1 7.0Z",
  cross: "M7 1h6v6h6v6h-6v6H7v-6H1V7h6Z",
  pentagon: "M10.0 0.5L19.5 7.4L15.9 18.6L4.1 18.6L0.5 7.4Z",
};

export function placeOf(colour: number): number {
  return ((Math.trunc(colour) % SHAPES.length) + SHAPES.length) % SHAPES.length;
}

export function shapeOf(colour: number): Shape {
  return SHAPES[placeOf(colour)] ?? "circle";
}

export function SchoolShape({ colour }: { colour: number }) {
  return (
    <svg className="school__shape" viewBox="0 0 20 20" data-school={placeOf(colour)} aria-hidden="true">
      <path d={PATHS[shapeOf(colour)]} />
    </svg>
  );
}

/** The same shape within a drawing, around a point of it. */
export function SchoolMark({ colour, x, y, size }: { colour: number; x: number; y: number; size: number }) {
  return (
    <path
      className="school__mark"
      data-school={placeOf(colour)}
      d={PATHS[shapeOf(colour)]}
      transform={`translate(${x - size / 2} ${y - size / 2}) scale(${size / 20})`}
    />
  );
}

export function SchoolName({ school, isShort = false }: { school: SchoolLike; isShort?: boolean }) {
  return (
    <span className="school" data-school={placeOf(school.colour)}>
      <SchoolShape colour={school.colour} />
      <bdi>{isShort ? school.short_name : school.name}</bdi>
    </span>
  );
}

export interface SchoolLike {
  name: string;
  short_name: string;
  colour: number;
}

/** A staff member's initials on their school's colour; a student has an animal instead. */
export function Initials({ name, colour, size = 48 }: { name: string; colour: number; size?: number }) {
  return (
    <svg className="avatar initials" viewBox="0 0 48 48" width={size} height={size} data-school={placeOf(colour)} aria-hidden="true">
      <circle cx="24" cy="24" r="24" />
      <text x="24" y="25" textAnchor="middle" dominantBaseline="central">
        {initialsOf(name)}
      </text>
    </svg>
  );
}

/** "Mr Okafor" is O, "Grace Wanjiru" is GW: forms of address say nothing about who it is. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word && !/^(mr|mrs|ms|miss|mx|dr|mme|m|mlle|bi|bw|mwl)\.?$/i.test(word));
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words.slice(0, 1);
  return picked.map((word) => Array.from(word ?? "")[0]?.toUpperCase() ?? "").join("") || "?";
}
