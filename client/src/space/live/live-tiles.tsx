/** Everyone who is live, each in the colour of their school. */
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { placeOf, SchoolShape } from "../../ui/school";
import { PersonMenu, type PersonItems } from "../person-menu";
import { colourOf } from "../roster";
import type { SpaceState } from "../state";
import type { Media, MediaTile } from "./media";
import { Picture } from "./picture";

interface LiveTilesProps {
  media: Media;
  state: SpaceState;
  /** Under the board on a wide page: one row, and nothing at all while nobody is live. */
  isCompact: boolean;
  /** What this person may do about each of the others. */
  items: PersonItems;
}

export function LiveTiles({ media, state, isCompact, items }: LiveTilesProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLUListElement>(null);
  const [isSilenced, setSilenced] = useState(false);
  const live = media.state;
  const hasAudio = live?.microphone === "on";
  const hasVideo = live?.camera === "on";
  const mine: MediaTile[] =
    live?.own && state.userId && (hasAudio || hasVideo)
      ? [{ userId: state.userId, stream: live.own, hasAudio, hasVideo, isSpeaking: live.speaker === state.userId }]
      : [];
  const shown = [...mine, ...(live?.tiles.filter((tile) => state.people.has(tile.userId)) ?? [])];
  const { spotlight } = state.lesson;
  // Whoever has the spotlight has a place, also without camera and microphone.
  const isMissing = spotlight && state.people.has(spotlight) && !shown.some((tile) => tile.userId === spotlight);
  const tiles: ShownTile[] = isMissing ? [{ userId: spotlight, hasAudio: false, hasVideo: false, isSpeaking: false }, ...shown] : shown;

  function hear() {
    setSilenced(false);
    for (const video of list.current?.querySelectorAll("video") ?? []) void video.play().catch(() => setSilenced(true));
  }

  return (
    <div className="tiles-area">
      {isSilenced && (
        <Button look="primary" onPress={hear}>
          {t("live.hear")}
        </Button>
      )}
      {!state.space ? null : tiles.length === 0 ? (
        <p className={isCompact ? "soft tiles-none" : "soft"}>
          {live && !live.watching
            ? t("live.paused")
            : t(state.grants.includes("media:publish.video") ? "live.nobody" : "live.nobodyWatch")}
        </p>
      ) : (
        <ul
          className="tiles"
          data-compact={isCompact ? "" : undefined}
          ref={list}
          aria-label={t("space.live")}
          // The row scrolls when it is long, so the keyboard must reach it.
          tabIndex={isCompact ? 0 : undefined}
        >
          {tiles.map((tile) => (
            <Tile key={tile.userId} tile={tile} state={state} items={items} onSilenced={() => setSilenced(true)} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Without a stream nothing comes in: a face and a name. */
type ShownTile = Omit<MediaTile, "stream"> & { stream?: MediaStream };

interface TileProps {
  tile: ShownTile;
  state: SpaceState;
  items: PersonItems;
  onSilenced(): void;
}

function Tile({ tile, state, items, onSilenced }: TileProps) {
  const { t } = useTranslation();
  const person = state.people.get(tile.userId);
  const isMine = tile.userId === state.userId;
  const { isSpeaking } = tile;
  const name = isMine ? t("live.tileMe") : (person?.name ?? "");
  const colour = person ? colourOf(state.schools, person.school_id) : 0;
  const school = state.schools.find((each) => each.id === person?.school_id)?.short_name ?? "";
  return (
    <li className="tile" data-school={placeOf(colour)} data-speaking={isSpeaking ? "" : undefined} data-spotlight={state.lesson.spotlight === tile.userId ? "" : undefined}>
      {tile.stream && (tile.hasVideo || tile.hasAudio) && (
        <Picture
          stream={tile.stream}
          isMine={isMine}
          isHidden={!tile.hasVideo}
          label={t("live.tile", { name, school })}
          onSilenced={onSilenced}
        />
      )}
      {!tile.hasVideo && person && (
        <div className="tile__face">
          <Avatar person={person} colour={colour} size={56} />
        </div>
      )}
      {person && !isMine && <PersonMenu person={person} items={items(person)} />}
      <p className="tile__name">
        <SchoolShape colour={colour} />
        <bdi>{name}</bdi>
        <span className="visually-hidden">
          {isSpeaking && t("live.speaking", { name })} {!tile.hasVideo && t("live.noCamera")} {!tile.hasAudio && t("live.muted")}
        </span>
      </p>
    </li>
  );
}
