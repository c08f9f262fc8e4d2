// Tells each time in the reader's own zone, with the day only where it is another one; the title keeps the UTC.

function say(root) {
  const today = new Date().toDateString();
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    const form = { hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
    if ("seconds" in time.dataset) form.second = "2-digit";
    if (at.toDateString() !== today) Object.assign(form, { day: "numeric", month: "short" });
    time.title ||= time.textContent;
    const text = new Intl.DateTimeFormat("en-GB", form).format(at);
    if (time.textContent !== text) time.textContent = text;
  }
}

say(document);
setInterval(() => say(document), 60_000);
new MutationObserver((changes) => {
  for (const { target } of changes) say(target);
}).observe(document.body, { childList: true, subtree: true });
