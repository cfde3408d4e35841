// What is seen of an upload in each of its states: `status` (spoken too), `detail`, `percent`, and
// the buttons. `say` gives the page's words.

import { bytes, duration } from "./amounts.js";

const amount = ({ sent, file }, say) => say("amount", { here: bytes(sent), whole: bytes(file.size) });
const percent = ({ sent, file }) => (sent / file.size) * 100;

const LOOKS = {
  sending(sending, say, pace) {
    const seconds = pace.until(sending.file.size - sending.sent);
    const here = amount(sending, say);
    return {
      status: say("sending", { name: sending.file.name }),
      detail: seconds === null ? here : `${here} · ${say(...duration(seconds))}`,
      percent: percent(sending),
      buttons: ["pause", "cancel"],
    };
  },
  waiting: (sending, say) => ({
    status: say("waiting"),
    detail: amount(sending, say),
    percent: percent(sending),
    buttons: ["pause", "cancel"],
  }),
  paused: (sending, say) => ({
    status: say("paused", { name: sending.file.name }),
    detail: amount(sending, say),
    percent: percent(sending),
    buttons: ["goOn", "cancel"],
  }),
  refused: ({ refusal, upload }, say) => ({
    status: refusal.word ? say(refusal.word) : refusal.message,
    isRefused: true,
    buttons: upload ? ["goOn", "cancel"] : [],
  }),
  done: ({ upload }, say) => finished(upload, say),
};

const finished = (upload, say) => ({
  status: say(upload.video ? "taken" : "here", { name: upload.name }),
  buttons: upload.video ? [] : ["cancel"],
});

export const lookOf = (sending, say, pace) => LOOKS[sending.state](sending, say, pace);

// Of an upload that an earlier visit has left.
export const lookOfLeft = (upload, say) => {
  if (upload.is_finished) return finished(upload, say);
  const here = Math.floor((upload.here.length / upload.parts) * 100);
  return {
    status: say("left", { name: upload.name, percent: here }),
    percent: here,
    buttons: ["cancel"],
  };
};

export const lookOfCancelled = (say) => ({ status: say("cancelled"), buttons: [] });
