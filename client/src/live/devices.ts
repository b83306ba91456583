/** Cameras and microphones: opened one at a time, with failures as codes the interface has words for. */

export type DeviceKind = "camera" | "microphone";

export type DeviceProblem =
  | `${DeviceKind}_${"denied" | "missing" | "busy" | "failed"}`
  /** The page may not ask at all: no secure origin, or a browser without cameras. */
  | "devices_unavailable";

export class DeviceError extends Error {
  readonly code: DeviceProblem;

  constructor(code: DeviceProblem, cause?: unknown) {
    super(code, { cause });
    this.name = "DeviceError";
    this.code = code;
  }
}

const CAMERA: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 360 },
  frameRate: { ideal: 24, max: 24 },
};
const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: { ideal: 1 },
};

/** The code of whatever opening a device threw. */
export function deviceProblem(error: unknown, kind: DeviceKind): DeviceProblem {
  if (error instanceof DeviceError) return error.code;
  switch (error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return `${kind}_denied`;
    case "NotFoundError":
    case "OverconstrainedError":
      return `${kind}_missing`;
    case "NotReadableError":
    case "AbortError":
      return `${kind}_busy`;
    default:
      return `${kind}_failed`;
  }
}

/** Opens the device the person uses by default. Throws DeviceError. */
export async function openDevice(kind: DeviceKind): Promise<MediaStreamTrack> {
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices?.getUserMedia === undefined) throw new DeviceError("devices_unavailable");
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia(kind === "camera" ? { video: CAMERA } : { audio: MICROPHONE });
  } catch (error) {
    throw new DeviceError(deviceProblem(error, kind), error);
  }
  const [track] = stream.getTracks();
  if (track === undefined) throw new DeviceError(`${kind}_missing`);
  return track;
}
