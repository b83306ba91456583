/** Push messages in this browser: asking the person, and telling the server where to send them. */
import { addBrowser, removeBrowser, type Reminders } from "./calls";

const WORKER = "/reminders-worker.js";
const LANGUAGES = ["en", "fr", "ar", "sw"] as const;

export function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

export async function isPushed(): Promise<boolean> {
  return Notification.permission === "granted" && (await subscription()) !== null;
}

/** Returns what the server says then, or null when the person has said no to the browser. */
export async function startPush(key: string, language: string): Promise<Reminders | null> {
  if ((await Notification.requestPermission()) !== "granted") return null;
  await navigator.serviceWorker.register(WORKER);
  const registration = await navigator.serviceWorker.ready;
  // One that was made with another key of the server is of no use any more.
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const { endpoint, keys } = made.toJSON();
  return addBrowser({
    endpoint: endpoint ?? "",
    p256dh: keys?.["p256dh"] ?? "",
    auth: keys?.["auth"] ?? "",
    language: LANGUAGES.find((each) => each === language) ?? "en",
  });
}

export async function stopPush(): Promise<Reminders | null> {
  const found = await subscription();
  if (!found) return null;
  const { endpoint } = found;
  await found.unsubscribe();
  return removeBrowser(endpoint);
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  const found = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place += 1) found[place] = text.charCodeAt(place);
  return found;
}
