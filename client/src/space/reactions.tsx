/** The six reactions: drawn, since a tablet may have no picture letters, and each with its word. */
import { useTranslation } from "react-i18next";
import { Button as AriaButton } from "react-aria-components/Button";
import type { ChatMessage, ReactionKind } from "./frames";

const FACE = "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M9 10v.01M15 10v.01";
const PATHS: Record<ReactionKind, string> = {
  thumbs_up: "M4 11h3v9H4zM7 12l4-8c2 0 2.5 1.5 2 3.5L12.500 10H19c1.500 0 2 1 1.700 2.300l-1.500 6c-.3 1.200-1 1.700-2.200 1.700H7",
  heart: "M12 20S4 15 4 9.500C4 6.500 6 5 8 5s3.300 1.200 4 3c.7-1.800 2-3 4-3s4 1.500 4 4.500C20 15 12 20 12 20z",
  laugh: `${FACE}M7.500 13h9c0 3-2 4.500-4.500 4.500S7.500 16 7.500 13z`,
  surprise: `${FACE}M12 14a2 2 0 1 0 0 4a2 2 0 1 0 0-4`,
  question: "M8.500 9c0-2.500 1.500-4 3.700-4s3.800 1.400 3.800 3.500c0 3-4 3-4 6M12 18.500v.01",
  clap: "M7 13l5-6c1.200-1 2.600.2 1.800 1.600L11 12.500l5-5.700c1.200-1 2.600.3 1.700 1.600l-6.500 9C9.500 20 6.500 19.800 5 17.500S5 14.500 7 13zM4 6l1.500 1.500M8 3l.5 2M19.500 3l-1 2",
};
export const KINDS = Object.keys(PATHS) as ReactionKind[];

export function ReactionDrawing({ kind }: { kind: ReactionKind }) {
  return (
    <svg className="reaction__drawing" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={PATHS[kind]} />
    </svg>
  );
}

interface ReactionsProps {
  message: ChatMessage;
  userId: string | undefined;
  canReact: boolean;
  onReact(kind: ReactionKind, on: boolean): void;
}

/** What was reacted to a message, and how often; pressing one joins in, or takes mine back. */
export function Reactions({ message, userId, canReact, onReact }: ReactionsProps) {
  const { t } = useTranslation();
  if (!message.reactions?.length) return null;
  return (
    <ul className="reactions">
      {message.reactions.map(({ kind, count, by }) => {
        const isMine = userId !== undefined && by.includes(userId);
        return (
          <li key={kind}>
            <AriaButton
              className="reaction"
              data-mine={isMine ? "" : undefined}
              isDisabled={!canReact}
              aria-pressed={isMine}
              aria-label={t("chat.reacted", { kind: t(`chat.reaction.${kind}`), count })}
              onPress={() => onReact(kind, !isMine)}
            >
              <ReactionDrawing kind={kind} />
              {count}
            </AriaButton>
          </li>
        );
      })}
    </ul>
  );
}
