import { useEffect, useRef } from "react";

interface PictureProps {
  stream: MediaStream;
  label: string;
  /** My own picture is a mirror, and silent. */
  isMine?: boolean;
  isHidden?: boolean;
  /** The browser will not let sound begin before a tap on the page. */
  onSilenced?: () => void;
}

/** A stream on the page: the picture, and its sound also while there is no picture. */
export function Picture({ stream, label, isMine = false, isHidden = false, onSilenced }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  const silenced = useRef(onSilenced);
  silenced.current = onSilenced;
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    if (element.srcObject !== stream) element.srcObject = stream;
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") silenced.current?.();
    });
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={video}
      className="picture-live"
      data-mirrored={isMine ? "" : undefined}
      data-hidden={isHidden ? "" : undefined}
      aria-label={label}
      autoPlay
      playsInline
      muted={isMine}
    />
  );
}
