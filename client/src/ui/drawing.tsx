/** The animals that stand for students, and the pictures they sign in with: our own drawings. */
import animalsUrl from "../drawings/animals.svg?url";
import picturesUrl from "../drawings/pictures.svg?url";

export const ANIMALS = [
  "blue-heron",
  "red-fox",
  "grey-owl",
  "green-frog",
  "brown-bear",
  "sea-turtle",
  "zebra",
  "giraffe",
  "elephant",
  "lion",
  "kingfisher",
  "tortoise",
  "crane",
  "dolphin",
  "hedgehog",
  "rabbit",
] as const;

export const PICTURES = [
  "sun",
  "moon",
  "star",
  "tree",
  "flower",
  "fish",
  "bird",
  "cat",
  "boat",
  "house",
  "apple",
  "drum",
] as const;
export type Picture = (typeof PICTURES)[number];

const drawn: ReadonlySet<string> = new Set(ANIMALS);

/** Decoration beside the alias, so hidden from screen readers. An animal we have not drawn is a paw print. */
export function Animal({ slug, size = 48 }: { slug: string; size?: number }) {
  return (
    <svg className="avatar" width={size} height={size} aria-hidden="true">
      <use href={`${animalsUrl}#${drawn.has(slug) ? slug : "someone"}`} />
    </svg>
  );
}

export function PictureDrawing({ name, size = 64 }: { name: Picture; size?: number }) {
  return (
    <svg width={size} height={size} aria-hidden="true">
      <use href={`${picturesUrl}#${name}`} />
    </svg>
  );
}
