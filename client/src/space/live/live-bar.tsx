/** Microphone, camera, and whether I see the others. Everything is off until a person turns it on. */
import { lazy, Suspense, useState, type ReactNode } from "react";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import type { SpaceState } from "../state";
import type { Media } from "./media";

const CameraPreview = lazy(async () => ({ default: (await import("./camera-preview")).CameraPreview }));

interface LiveBarProps {
  media: Media;
  state: SpaceState;
  /** More switches, after those of microphone and camera. */
  children?: ReactNode;
}

export function LiveBar({ media, state, children }: LiveBarProps) {
  const { t } = useTranslation();
  const [isPreviewOpen, setPreviewOpen] = useState(false);
  const [wasPreviewed, setPreviewed] = useState(false);
  const live = media.state;
  const isReady = state.line === "joined" && live !== undefined;
  const microphone = live?.microphone ?? "off";
  const camera = live?.camera ?? "off";
  const problem = isPreviewOpen ? undefined : live?.problem;
  const may = (grant: string) => state.grants.includes(grant);

  return (
    <div className="live-bar" role="group" aria-label={t("live.bar")}>
      <Switch
        label={t("live.microphone")}
        setting={microphone}
        isAllowed={!state.space || may("media:publish.audio")}
        isDisabled={!isReady}
        onChange={(on) => void media.setMicrophone(on)}
      >
        <path d="M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM6 11v1a6 6 0 0 0 12 0v-1M12 18v3" />
      </Switch>
      <Switch
        label={t("live.camera")}
        setting={camera}
        isAllowed={!state.space || may("media:publish.video")}
        isDisabled={!isReady}
        onChange={(on) => {
          setPreviewed(true);
          if (on) setPreviewOpen(true);
          else media.setCamera(false);
        }}
      >
        <path d="M3 7h12v10H3ZM15 11l6-3.5v9L15 13" />
      </Switch>
      <Switch
        label={t("live.others")}
        setting={live?.watching ? "on" : "off"}
        isAllowed={!state.space || may("media:watch")}
        isDisabled={!isReady}
        onChange={(on) => media.watch(on)}
      >
        <path d="M2 12c3-5 6.5-7 10-7s7 2 10 7c-3 5-6.5 7-10 7s-7-2-10-7ZM12 9a3 3 0 1 1 0 6a3 3 0 0 1 0-6Z" />
      </Switch>
      {children}
      <p className="live-bar__problem" role="alert">
        {problem && wordsFor(t, "device", problem, "device.camera_failed")}
      </p>
      <p className="live-bar__word" role="status">
        {live?.interrupted && isReady && t("live.interrupted")}
      </p>
      {wasPreviewed && (
        <Suspense fallback={null}>
          <CameraPreview media={media} isOpen={isPreviewOpen} onClose={() => setPreviewOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

interface SwitchProps {
  label: string;
  setting: "off" | "starting" | "on";
  isAllowed: boolean;
  isDisabled: boolean;
  onChange(on: boolean): void;
  children: ReactNode;
}

function Switch({ label, setting, isAllowed, isDisabled, onChange, children }: SwitchProps) {
  const { t } = useTranslation();
  const isOn = setting !== "off";
  return (
    <ToggleButton
      className="switch"
      isSelected={isOn}
      // Off is always allowed: also while the line is down, and when the right to be on was taken away.
      isDisabled={!isOn && (isDisabled || !isAllowed)}
      onChange={onChange}
    >
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        {children}
        {!isOn && <path className="switch__off" d="M4 3l16 18" />}
      </svg>
      <span className="switch__words">
        <span>{label}</span>
        {/* On and off are told by the button's own pressed state. */}
        <span className="switch__state" aria-hidden={isAllowed}>
          {t(isAllowed ? `live.${setting}` : "live.notAllowed")}
        </span>
      </span>
    </ToggleButton>
  );
}
