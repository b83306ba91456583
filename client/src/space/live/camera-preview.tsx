/** "Can you see yourself?": nobody else sees a picture before its person has seen it. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import type { Media } from "./media";
import { Picture } from "./picture";

interface CameraPreviewProps {
  media: Media;
  isOpen: boolean;
  onClose(): void;
}

export function CameraPreview({ media, isOpen, onClose }: CameraPreviewProps) {
  const { t } = useTranslation();
  const [stream, setStream] = useState<MediaStream | null>(null);
  const newest = useRef(media);
  newest.current = media;
  const problem = media.state?.problem;
  // What the microphone may have to say has no place here.
  const cameraProblem = problem?.startsWith("microphone") ? undefined : problem;
  const canSee = stream?.getVideoTracks().length;

  useEffect(() => {
    if (!isOpen) return;
    let isWanted = true;
    void newest.current.preview().then((opened) => {
      if (isWanted) setStream(opened);
      else newest.current.endPreview();
    });
    return () => {
      isWanted = false;
      setStream(null);
    };
  }, [isOpen]);

  function cancel() {
    media.endPreview();
    onClose();
  }

  return (
    <Question
      isOpen={isOpen}
      title={t("live.previewTitle")}
      onClose={cancel}
      actions={
        <>
          <Button onPress={cancel}>{t("app.cancel")}</Button>
          <Button
            look="primary"
            isDisabled={!canSee}
            onPress={() => {
              media.setCamera(true);
              onClose();
            }}
          >
            {t("live.previewOn")}
          </Button>
        </>
      }
    >
      <div className="preview">
        {stream && <Picture stream={stream} isMine label={t("live.previewVideo")} />}
      </div>
      {cameraProblem && !canSee ? (
        <p className="notice notice--danger" role="alert">
          {wordsFor(t, "device", cameraProblem, "device.camera_failed")}
        </p>
      ) : (
        <p>{t(canSee ? "live.previewText" : "live.previewWait")}</p>
      )}
    </Question>
  );
}
