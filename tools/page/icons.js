// Line drawings of 24 by 24, for whoever does not see the colours.

import { svg } from "./dom.js";

const PATHS = {
  grid: "M8 22 11 2h2l3 20M9 15h6M10 9l5 6M14 9l-5 6M5 6h14M6 6v3M18 6v3M6 11h12M6 11v2M18 11v2",
  v2l: "M3 17v-4l2-1 2.5-5h8L19 12l2 1v4h-2M9 17h6M3 17h1M7 12h11M6.5 15a2 2 0 1 0 .01 4 2 2 0 1 0-.01-4"
    + "M17 15a2 2 0 1 0 .01 4 2 2 0 1 0-.01-4",
  house: "M3 12 12 4l9 8M6 10v10h12V10M10 20v-6h4v6",
  none: "M13 2 6 13h5l-1 9 7-11h-5l1-9M3 3l18 18",
  both: "M12 3 2 21h20L12 3M12 10v5M12 18v.5",
  unknown: "M8 9a4 4 0 1 1 6 3.5c-1.5 1-2 1.5-2 3M12 19v.5",
  moving: "M4 8h14l-4-4M20 16H6l4 4",
};
PATHS.fault = PATHS.both;

export const outline = (name, attributes = {}) => svg("path", { d: PATHS[name], class: "icon", ...attributes });

export const icon = (name) => svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, outline(name));
