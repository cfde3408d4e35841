// The parts that nobody needs before it plays; they come with the first picture.

import { elsewhere } from "./elsewhere.js";
import { ending } from "./ending.js";
import { reach } from "./reach.js";
import { session } from "./session.js";
import { sleep } from "./sleep.js";

export const LATE = [elsewhere, ending, reach, session, sleep];
