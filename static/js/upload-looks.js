// What is seen of an upload in each of its states: `status` (spoken too), `detail`, `percent`, and
// the buttons.

import { bytes, duration } from "./amounts.js";

const amount = ({ sent, file }) => `${bytes(sent)} of ${bytes(file.size)}`;
const percent = ({ sent, file }) => (sent / file.size) * 100;

const LOOKS = {
  sending(sending, pace) {
    const seconds = pace.until(sending.file.size - sending.sent);
    return {
      status: `Uploading ${sending.file.name}. You can go on writing.`,
      detail: seconds === null ? amount(sending) : `${amount(sending)} · ${duration(seconds)} left`,
      percent: percent(sending),
      buttons: ["pause", "cancel"],
    };
  },
  waiting: (sending) => ({
    status: "Paused: no connection. It goes on by itself.",
    detail: amount(sending),
    percent: percent(sending),
    buttons: ["pause", "cancel"],
  }),
  paused: (sending) => ({
    status: `Paused. ${sending.file.name} waits until you press “Go on”.`,
    detail: amount(sending),
    percent: percent(sending),
    buttons: ["goOn", "cancel"],
  }),
  refused: (sending) => ({
    status: sending.reason,
    isRefused: true,
    buttons: sending.upload ? ["goOn", "cancel"] : [],
  }),
  done: ({ upload }) => finished(upload),
};

const finished = (upload) => ({
  status: upload.video
    ? `${upload.name} is here, and is being prepared. There is nothing to save for it.`
    : `${upload.name} is here. Save the post, and it is prepared.`,
  buttons: upload.video ? [] : ["cancel"],
});

export const lookOf = (sending, pace) => LOOKS[sending.state](sending, pace);

// Of an upload that an earlier visit has left.
export const lookOfLeft = (upload) => {
  if (upload.is_finished) return finished(upload);
  const here = Math.floor((upload.here.length / upload.parts) * 100);
  return {
    status: `${upload.name}: ${here} % is here. Choose the same file to go on.`,
    percent: here,
    buttons: ["cancel"],
  };
};

export const CANCELLED = { status: "Cancelled. Nothing is kept of the file.", buttons: [] };
