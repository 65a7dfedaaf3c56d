// Local time of the installation, and lengths of time in words. Instants are Unix seconds.

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const two = (number) => String(number).padStart(2, "0");

/** How far local time is ahead of UTC. Where nobody names a zone it is that of whoever reads the page. */
export function offsetAt(zone, at) {
  if (!zone || !zone.offsets.length) return -60 * new Date(at * 1000).getTimezoneOffset();
  let found = zone.offsets[0];
  for (const row of zone.offsets) if (row.at <= at) found = row;
  return found.offset_s;
}

/** The moments in a span at which local clocks are changed, and by how much. */
export function changes(zone, from, to) {
  if (!zone) return [];
  return zone.offsets.slice(1)
    .map((row, index) => ({ at: row.at, by_s: row.offset_s - zone.offsets[index].offset_s }))
    .filter((change) => change.by_s && change.at > from && change.at < to);
}

const shifted = (zone, at) => new Date((at + offsetAt(zone, at)) * 1000);

export function clock(zone, at, seconds = false) {
  const date = shifted(zone, at);
  const text = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return seconds ? `${text}:${two(date.getUTCSeconds())}` : text;
}

export function day(zone, at) {
  const date = shifted(zone, at);
  return `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** The two largest units: "3 d 4 h", "5 h 29 min", "29 min", "12 s". */
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  const pieces = [[Math.floor(s / 86400), "d"], [Math.floor(s / 3600) % 24, "h"], [Math.floor(s / 60) % 60, "min"],
    [s % 60, "s"]];
  const first = pieces.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  const wanted = first === 2 && pieces[2][0] >= 10 ? 1 : 2;
  return pieces.slice(first, first + wanted).filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** ISO text, as boards write it. */
export const instant = (text) => Date.parse(text) / 1000;
