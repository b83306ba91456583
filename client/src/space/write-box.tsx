import { useId, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button";

const TEXT_LIMIT = 2000;
const LETTERS_LEFT_SHOWN = 100;
const TALLEST_PX = 140;

/** Where a message is written. Enter sends, Shift and Enter begin a new line. */
export function WriteBox({ onPost, onWriting }: { onPost(text: string): void; onWriting(): void }) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const left = TEXT_LIMIT - text.length;

  function fit() {
    const box = area.current;
    if (!box) return;
    box.style.blockSize = "auto";
    box.style.blockSize = `${Math.min(box.scrollHeight + 4, TALLEST_PX)}px`;
  }

  function send(event?: FormEvent) {
    event?.preventDefault();
    const words = text.trim();
    if (words !== "") onPost(words);
    setText("");
    if (area.current) area.current.style.blockSize = "";
    area.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form className="write" onSubmit={send}>
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
          setText(event.target.value);
          if (event.target.value.trim() !== "") onWriting();
          fit();
        }}
        onKeyDown={onKeyDown}
      />
      <Button type="submit" look="primary">
        {t("chat.send")}
      </Button>
      {left <= LETTERS_LEFT_SHOWN && (
        <p className="write__left" role="status">
          {t("chat.left", { count: left })}
        </p>
      )}
    </form>
  );
}
