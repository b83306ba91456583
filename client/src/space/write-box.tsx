import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button";
import type { ChatMessage } from "./frames";
import { Quote } from "./message";

const FOCUS_AFTER_MS = 50;
const TEXT_LIMIT = 2000;
const LETTERS_LEFT_SHOWN = 100;
const TALLEST_PX = 140;

interface WriteBoxProps {
  /** What stands in it at first. */
  start: string;
  /** The message that is answered or changed. */
  about: { kind: "reply" | "edit"; message: ChatMessage } | undefined;
  onDraft(text: string): void;
  onCancel(): void;
  onPost(text: string): void;
  onWriting(): void;
  /** Shows what is written in another language, to be put in its place; undefined: nothing translates. */
  onTranslate?: ((text: string, put: (text: string) => void) => void) | undefined;
}

/** Where a message is written. Enter sends, Shift and Enter begin a new line, Escape gives an answer up. */
export function WriteBox({ start, about, onDraft, onCancel, onPost, onWriting, onTranslate }: WriteBoxProps) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState(start);
  const area = useRef<HTMLTextAreaElement>(null);

  // The menu that it was chosen in gives the focus back to its button first.
  const aboutId = about?.message.id;
  useEffect(() => {
    if (!aboutId) return;
    fit();
    const timer = setTimeout(() => area.current?.focus(), FOCUS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [aboutId]);
  const left = TEXT_LIMIT - text.length;

  function fit() {
    const box = area.current;
    if (!box) return;
    box.style.blockSize = "auto";
    box.style.blockSize = `${Math.min(box.scrollHeight + 4, TALLEST_PX)}px`;
  }

  function put(words: string) {
    setText(words);
    onDraft(words);
  }

  /** The dialog that it comes from gives the focus back first. */
  function putAndGoOn(words: string) {
    put(words);
    setTimeout(() => {
      fit();
      area.current?.focus();
    }, FOCUS_AFTER_MS);
  }

  function send(event?: FormEvent) {
    event?.preventDefault();
    const words = text.trim();
    if (words !== "") onPost(words);
    put("");
    if (area.current) area.current.style.blockSize = "";
    area.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Escape" && about) {
      event.stopPropagation();
      return onCancel();
    }
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form className="write" onSubmit={send}>
      {about && (
        <div className="write__about">
          <p>
            {t(about.kind === "edit" ? "chat.editing" : "chat.replying")} <Quote message={about.message} />
          </p>
          <Button look="quiet" onPress={onCancel}>
            {t("chat.cancel")}
          </Button>
        </div>
      )}
      <label className="visually-hidden" htmlFor={id}>
        {t("chat.write")}
      </label>
      <textarea
        id={id}
        ref={area}
        className="field__input write__text"
        rows={1}
        dir="auto"
        maxLength={TEXT_LIMIT}
        placeholder={t("chat.write")}
        value={text}
        onChange={(event) => {
          put(event.target.value);
          if (event.target.value.trim() !== "") onWriting();
          fit();
        }}
        onKeyDown={onKeyDown}
      />
      <Button type="submit" look="primary">
        {t(about?.kind === "edit" ? "chat.save" : "chat.send")}
      </Button>
      {onTranslate && text.trim() !== "" && (
        <Button look="quiet" className="write__translate" onPress={() => onTranslate(text.trim(), putAndGoOn)}>
          {t("chat.translateDraft")}
        </Button>
      )}
      {left <= LETTERS_LEFT_SHOWN && (
        <p className="write__left" role="status">
          {t("chat.left", { count: left })}
        </p>
      )}
    </form>
  );
}
