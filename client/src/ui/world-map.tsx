/** The schools on a small map of the world, drawn from our own data. The list beside it says the same. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import landUrl from "../drawings/land.svg?url";
import { formatLocale } from "../i18n";
import { countryName } from "../time";
import { MAP_HEIGHT, MAP_WIDTH, placeMarks, project } from "./projection";
import { placeOf, SchoolMark, SchoolName, type SchoolLike } from "./school";
import "./parts.css";

export interface MappedSchool extends SchoolLike {
  id: string;
  country: string;
  /** Degrees; null where the school has not said. */
  latitude: number | null;
  longitude: number | null;
}

interface WorldMapProps<Each extends MappedSchool> {
  schools: readonly Each[];
  label: string;
  /** What else the list says of a school: its state, a link. */
  note?(school: Each): ReactNode;
}

const MARK_PX = 18;
const LABEL_PX = 16;
/** Of a bold letter of ours, against its height. */
const LETTER_SHARE = 0.6;

export function WorldMap<Each extends MappedSchool>({ schools, label, note }: WorldMapProps<Each>) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const figure = useRef<HTMLDivElement>(null);
  const [widthPx, setWidthPx] = useState(MAP_WIDTH);
  useEffect(() => {
    const watched = figure.current;
    if (!watched) return;
    const observer = new ResizeObserver(() => setWidthPx(Math.max(200, watched.clientWidth)));
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);

  // Marks and labels keep their size on every screen, so the map's own unit shrinks with it.
  const unit = MAP_WIDTH / widthPx;
  const placed = schools.flatMap((school) =>
    school.latitude === null || school.longitude === null ? [] : [{ item: school, at: project(school.latitude, school.longitude) }],
  );
  const marks = placeMarks(placed, {
    markSize: MARK_PX * unit,
    labelHeight: LABEL_PX * 1.3 * unit,
    labelWidth: (school) => school.short_name.length * LABEL_PX * LETTER_SHARE * unit,
  });

  return (
    <div className="world">
      <div className="world__map" ref={figure}>
        <svg viewBox={`0 0 ${MAP_WIDTH} ${MAP_HEIGHT}`} role="img" aria-label={label} direction="ltr">
          <use className="world__land" href={`${landUrl}#land`} />
          {marks.map(({ item, at, mark, label: place }) => (
            <g key={item.id} data-school={placeOf(item.colour)}>
              {Math.hypot(mark.x - at.x, mark.y - at.y) > 2 * unit && (
                <line className="world__line" x1={at.x} y1={at.y} x2={mark.x} y2={mark.y} strokeWidth={1.5 * unit} />
              )}
              <SchoolMark colour={item.colour} x={mark.x} y={mark.y} size={MARK_PX * unit} />
              {place && (
                <text
                  className="world__label"
                  x={place.x}
                  y={place.y}
                  textAnchor={place.anchor}
                  fontSize={LABEL_PX * unit}
                  strokeWidth={3 * unit}
                >
                  {item.short_name}
                </text>
              )}
            </g>
          ))}
        </svg>
      </div>
      <ul className="world__list" aria-label={label}>
        {schools.map((school) => (
          <li key={school.id} className="world__school">
            <SchoolName school={school} />
            <span className="soft">
              {countryName(school.country, locale)}
              {(school.latitude === null || school.longitude === null) && ` · ${t("map.noPlace")}`}
            </span>
            {note?.(school)}
          </li>
        ))}
      </ul>
    </div>
  );
}
