/**
 * Shows a push message, and opens its page. It keeps nothing and answers no request: the page itself comes
 * from the server as ever. What it is sent: `server/push/sending.py`, `Shown`.
 */
const WORDS = {
  en: (time) => `Starts at ${time}`,
  fr: (time) => `Commence à ${time}`,
  ar: (time) => `يبدأ الساعة ${time}`,
  sw: (time) => `Linaanza saa ${time}`,
};

self.addEventListener("push", (event) => {
  let shown = {};
  try {
    shown = event.data?.json() ?? {};
  } catch {
    // Not ours, or broken on its way: a browser wants to see something shown all the same.
  }
  const starts = new Date(shown.starts_at ?? Date.now());
  const time = starts.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const language = shown.language in WORDS ? shown.language : "en";
  event.waitUntil(
    self.registration.showNotification(String(shown.title ?? "Commonroom"), {
      body: WORDS[language](time),
      tag: String(shown.tag ?? "lesson"),
      lang: language,
      dir: language === "ar" ? "rtl" : "ltr",
      icon: "/favicon.svg",
      data: { path: String(shown.path ?? "/") },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = event.notification.data ?? {};
  // A page of ours and no other, whatever the message said.
  const target = new URL(typeof path === "string" && /^\/(?!\/)/.test(path) ? path : "/", self.location.origin);
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then(async (open) => {
      const there = open.find((client) => new URL(client.url).pathname === target.pathname);
      await (there ? there.focus() : self.clients.openWindow(target.href));
    }),
  );
});
